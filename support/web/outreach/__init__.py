"""お困りですか？: listening, candidates, offers, manners, results."""

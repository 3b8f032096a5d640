"""How people say in English that something does not work; a line a phrasing."""

STRONG = {
    "outage": """
        is down|down again|are down|went down|goes down|keeps dropping|keeps disconnecting|keeps cutting out|cutting out|dropping out
        no internet|no signal|no connection|no service|not connecting|won't connect|can't connect|cannot connect|disconnected|offline
        outage|having issues|having problems|lost power|losing connection|keep losing|not working|isn't working|doesn't work|does not work|stopped working|won't work|unusable
    """,
    "slow": """
        so slow|too slow|very slow|really slow|super slow|slow internet|slow again|painfully slow|is slow|crawling|laggy|lagging|buffering|can't load
        won't load|not loading|been so slow|times out|timing out|unstable
    """,
    "device": """
        won't turn on|red light|keeps rebooting|keeps restarting|is broken|broke|is dead|faulty|defective|blinking red|keeps freezing
        arrived damaged|arrived broken|wrong item|missing parts|ejecting|quit working|is corrupted|smells like|missing from|is missing|my missing|turning on by itself|damaged|cracked
    """,
    "app": """
        can't log in|cannot log in|can't login|unable to log in|keeps logging me out|crashes|crashing|crashed|error|code never arrives
        blank screen|won't open|can't open|can't sign in|bugged|page not found|won't let me|doesn't let me|not let me|can't find|can't download|won't download|can't access|isn't compatible|having trouble|not showing|doesn't show|no longer works|glitch|glitching|freezes|won't play|keeps crashing|can't do anything|buggy
    """,
    "billing": """
        charged me twice|charged twice|double charged|overcharged|still getting billed|still billed|still charging|wrong bill|no refund
        refund yet|unknown charge|hidden fee|ripped off|never refunded|refund|rip off|charged for|charge me for|been charged|want my money back|money back
    """,
    "support": """
        on hold|nobody replies|no one replies|no reply|no response|never called back|useless|won't let me cancel|can't cancel|ignored
        worst customer service|terrible service|hung up on me|called back|contacted them|still no answer|no answer|won't respond|bad service|poor service|horrible|rude|worst service|been waiting|still no
    """,
    "works": """
        never showed up|didn't show up|no show|never arrived|hasn't arrived|not arrived|still waiting|still not here|delayed again|lost my package|lost my|delayed flight|hasn't been delivered|still hasn't|not been delivered|been delayed|got cancelled|was cancelled|days late|week late|hours late|forgot to include|delayed|stranded
    """,
}

MIDDLE = {
    "help": """
        help|how do i fix|what's going on|what is going on|anyone else|any idea how|please fix|fix this|fix your|i'm stuck|i am stuck|what is up with|what's up with|what the heck|what the hell|what in the world|what's happening|what happened to|any updates on|how long do i|how long does it take|why is your|why can't|why won't|why does your|why doesn't|why are you|don't know what to do
    """,
    "upset": """
        worst|terrible|awful|ridiculous|unacceptable|unreal|fed up|sick of|frustrating|frustrated|hate|joke of a|sucks|suck|sucking|annoying|disappointed|disappointing|disappointment|tired of|shitty|shame|upset|pissed|pathetic|joke|crappy|not happy|unhappy|mess|messed up|wtf|cancelling|garbage|trash
    """,
}

WEAK = {"hint": "again|seriously|ugh|wtf|why am i|come on|slow|problem|issue|issues|trouble|down|wrong|late|stuck|lost|fix|can't|cannot|won't|doesn't work|still|waiting|unable"}

HARMLESS = "errors and omissions|trash talk|help center|help page|happy to help|back up|can't wait|no problem|no problems|no issues|not a problem|download|ups and downs|down to earth|great mess|never had a problem|never had any issues|isn't slow|not slow|any trouble at all|slow down|hate to say"

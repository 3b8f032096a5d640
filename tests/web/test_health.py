"""Whether the process answers, and whether it can work."""


def test_the_process_answers_without_sign_in_or_database(client):
    assert client.get("/healthz").text == "ok\n"


def test_a_desk_that_cannot_ring_is_not_ready_and_says_what_fails(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json["database"] is True
    assert response.json["valkey"] is False


def test_tables_without_migrations_are_not_ready(client):
    assert client.get("/readyz").json["migrations"] is False

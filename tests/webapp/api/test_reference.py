"""The API's description: for programs and for people."""

from flask.testing import FlaskClient

from tests.webapp.api.conftest import API

# Method and path → the statuses that are described; "default" is any other error.
DESCRIBED = {
    "get /beginnings": "200 default",
    "get /beginnings/{process}": "200 403 404 422 default",
    "get /cases/{case_no}": "200 404 default",
    "get /cases/{case_no}/history": "200 404 422 default",
    "get /hospitals": "200 422 default",
    "get /hospitals/{code}": "200 404 default",
    "get /items": "200 default",
    "get /policies": "200 422 default",
    "get /policies/{number}": "200 404 default",
    "get /process-versions": "200 403 422 default",
    "get /migrations/{migration_id}": "200 403 404 default",
    "get /tasks": "200 403 422 default",
    "get /tasks/{task_id}": "200 404 default",
    "post /beginnings": "201 403 404 422 default",
    "post /cases": "201 403 404 422 default",
    "post /cases/{case_no}/messages": "200 403 404 409 422 default",
    "post /cases/{case_no}/resume": "200 403 404 409 422 default",
    "post /cases/{case_no}/suspend": "200 403 404 409 422 default",
    "post /cases/{case_no}/terminate": "200 403 404 409 422 default",
    "post /cases/{case_no}/transfer": "200 403 404 409 422 default",
    "post /migrations/{migration_id}/undo": "200 403 404 409 422 default",
    "post /migrations/{migration_id}/undo/cancel": "200 403 404 409 default",
    "post /process-versions": "200 201 403 413 422 default",
    "post /process-versions/{version_id}/activate": "200 403 404 409 422 default",
    "post /process-versions/{version_id}/approve": "200 403 404 409 default",
    "post /tasks/{task_id}/answer": "200 403 404 409 422 default",
    "post /tasks/{task_id}/claim": "200 403 404 409 default",
    "post /tasks/{task_id}/complete": "200 403 404 409 422 default",
    "post /tasks/{task_id}/copy": "200 403 404 409 422 default",
    "post /tasks/{task_id}/cosign": "201 403 404 409 422 default",
    "post /tasks/{task_id}/delegate": "200 403 404 409 422 default",
    "post /tasks/{task_id}/recall": "200 403 404 409 422 default",
    "post /tasks/{task_id}/remove": "200 403 404 409 422 default",
    "post /tasks/{task_id}/return": "200 403 404 409 422 default",
    "post /tasks/{task_id}/sign": "200 403 404 409 422 default",
    "post /tasks/{task_id}/take-back": "200 403 404 409 422 default",
    "post /tasks/{task_id}/unclaim": "200 403 404 409 422 default",
    "post /tasks/{task_id}/urge": "200 403 404 409 422 default",
}


def test_the_description_names_every_operation_and_how_it_may_answer(client: FlaskClient) -> None:
    answer = client.get(f"{API}/openapi.json")
    assert answer.mimetype == "application/json"
    found = {
        f"{method} {path.removeprefix(API)}": " ".join(sorted(operation["responses"]))
        for path, methods in answer.json["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    }
    assert found == DESCRIBED


def test_only_items_institutions_and_what_is_published_are_open_to_all(client: FlaskClient) -> None:
    whole = client.get(f"{API}/openapi.json").json
    assert whole["security"] == [{"bearer": []}]
    open_to_all = [
        path
        for path, methods in whole["paths"].items()
        for operation in methods.values()
        if isinstance(operation, dict) and operation.get("security") == []
    ]
    assert sorted(open_to_all) == [
        f"{API}/hospitals",
        f"{API}/hospitals/{{code}}",
        f"{API}/items",
        f"{API}/policies",
        f"{API}/policies/{{number}}",
    ]


def test_the_completion_describes_its_key(client: FlaskClient) -> None:
    operation = client.get(f"{API}/openapi.json").json["paths"][f"{API}/tasks/{{task_id}}/complete"]["post"]
    key = next(parameter for parameter in operation["parameters"] if parameter["name"] == "Idempotency-Key")
    assert (key["in"], key["required"]) == ("header", True)


def test_people_read_the_same_on_one_page_without_anything_from_outside(client: FlaskClient) -> None:
    page = client.get(f"{API}/").text
    for operation in DESCRIBED:
        method, path = operation.split(" ")
        assert f"{method.upper()} {API}{path}" in page
    assert "http://" not in page and "https://" not in page and "<script" not in page

from answers_folder import answer

_REASONS = {200: "200 OK", 404: "404 Not Found"}


def application(environment, start_response):
    status, body = answer(environment["PATH_INFO"])
    start_response(_REASONS[status], [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]

"""The application of one project: its routes, how refusals are worded, whether it is alive and ready, its own description."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError

from gateway.ports import EdgeError, Unavailable
from gateway.stores.sql import views
from gateway.web.api import api
from gateway.web.desk import Desk
from gateway.web.door import Door
from gateway.web.openapi import Described, describe
from gateway.web.page import STYLE_POLICY, page
from gateway.web.problems import Problem
from gateway.web.shapes import Alive, Ready
from gateway.wiring import Gateway

OPEN = ("/livez", "/readyz", "/openapi.json", "/docs")
"""What needs no key."""


def application(gateway: Gateway, tell: Any, desk: Desk | None = None) -> Door:
    """What the server runs; `desk` where another than the usual one is to keep what comes."""
    desk = desk or Desk(gateway, tell)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.desk = desk
    app.router.route_class = Described
    app.include_router(api)
    _add_service(app, desk)
    app.add_exception_handler(Problem, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(404, _plain)
    app.add_exception_handler(405, _plain)
    app.add_exception_handler(EdgeError, _edge)
    app.add_exception_handler(Exception, _broken)
    return Door(app, gateway.settings.api.at_once, tell)


def description(app: FastAPI) -> dict[str, Any]:
    """The application's OpenAPI description, made on first use."""
    if not app.openapi_schema:
        try:
            made = version("edi-gateway")
        except PackageNotFoundError:
            made = "0"
        app.openapi_schema = describe(app, made)
    return app.openapi_schema


def _add_service(app: FastAPI, desk: Desk) -> None:
    @app.get("/livez", response_model=Alive, tags=["service"])
    async def livez() -> Alive:
        """Say that the process answers."""
        return Alive(status="alive")

    @app.get("/readyz", response_model=Ready, responses={503: {"model": Ready, "description": "Not now."}}, tags=["service"])
    def readyz(response: Response) -> Ready:
        """Say whether requests can be done now; 503 with the reasons where they cannot."""
        reasons = _hindered(desk)
        if reasons:
            response.status_code = 503
        return Ready(status="not ready" if reasons else "ready", reasons=reasons)

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> dict[str, Any]:
        """Describe the API."""
        return description(app)

    @app.get("/docs", include_in_schema=False)
    def docs() -> Response:
        """Describe the API for people: one page, no scripts, nothing fetched from elsewhere."""
        headers = {"content-security-policy": STYLE_POLICY, "cache-control": "max-age=300"}
        return Response(page(description(app)), media_type="text/html", headers=headers)


def _hindered(desk: Desk) -> list[str]:
    """What keeps requests from being done, in words that tell nothing of ours."""
    reasons = []
    try:
        views.last_event(desk.gateway.database)
    except Exception:  # noqa: BLE001 whatever it is, it is not ready
        reasons.append("the journal cannot be read")
    if desk.gateway.catalog().us is None:
        reasons.append("there is no usable us.yaml")
    return reasons


def _answer(request: Request, problem: Problem) -> Response:
    body = problem.body(request.state.request)
    return Response(body, status_code=problem.status, headers={**problem.head(), "x-problem": problem.code})


def _refused(request: Request, error: Any) -> Response:
    return _answer(request, error)


def _malformed(request: Request, error: Any) -> Response:
    first = error.errors()[0]
    where = " ".join(str(part) for part in first["loc"])
    return _answer(request, Problem("parameter-wrong", where=where, why=first["msg"]))


def _plain(request: Request, error: Any) -> Response:
    if error.status_code == 405:
        return _answer(request, Problem("method-not-allowed", headers={"allow": _allowed(request)}, method=request.method))
    if error.status_code == 404:
        return _answer(request, Problem("not-found"))
    return _answer(request, Problem("request-malformed", why=str(error.detail)))


def _allowed(request: Request) -> str:
    """Every method that the path takes, whichever route takes it."""
    for path, operations in description(request.app)["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), request.url.path):
            return ", ".join(sorted(method.upper() for method in operations))
    return "GET"


def _edge(request: Request, error: Any) -> Response:
    if isinstance(error, Unavailable):
        return _answer(request, Problem("unavailable", headers={"retry-after": "10"}, why=error))
    return _answer(request, Problem("broken"))


def _broken(request: Request, error: Any) -> Response:
    return _answer(request, Problem("broken"))

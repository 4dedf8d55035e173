"""The web face of Jushou: pages for citizens and staff over the engine. It holds no rule of any procedure.

The rule: a view reads like a checklist, and whoever may do what is decided in the engine.
"""

from flask import Flask, g, request
from flask_login import current_user
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect, generate_csrf
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from engine import db as engine_db
from engine import settings as engine_settings
from engine.casework import cases, notifications
from engine.registry import access, contacts, regions
from engine.registry.accounts import looks_after_any
from engine.settings import Settings
from webapp import (
    accounts,
    addresses,
    api,
    apply,
    assets,
    audit,
    auth,
    deploy,
    errors,
    files,
    filters,
    headers,
    inbox,
    ledger,
    limits,
    public,
    supervise,
)
from webapp.config import configuration

# Bound by the metadata: Flask-SQLAlchemy copies a model class, and SQLAlchemy refuses a copy that maps its own types.
db = SQLAlchemy(metadata=engine_db.Base.metadata)
csrf = CSRFProtect()
migrate = Migrate(directory=str(engine_settings.ROOT / "engine" / "schema"))

FACES = (public, accounts, apply, files, inbox, supervise, ledger, deploy, audit)
BLUEPRINTS = tuple(face.blueprint for face in FACES)


def create_app(settings: Settings | None = None, testing: bool = False) -> Flask:
    """The web application on the database of these settings (those of the environment, if none are given)."""
    settings = settings or engine_settings.load()
    app = Flask(__name__)
    app.config.from_mapping(configuration(settings, testing=testing))
    app.extensions["jushou"] = settings
    _connect(app)
    limits.install(app)
    addresses.install(app)
    csrf.init_app(app)
    for part in (assets, auth, errors, filters, headers):
        part.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    api.install(app)
    csrf.exempt(api.blueprint)
    _equip_templates(app)
    if app.config["JUSHOU_PROXIES"]:
        trusted = app.config["JUSHOU_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)  # type: ignore[method-assign]
    return app


def _connect(app: Flask) -> None:
    """Flask-SQLAlchemy makes the pool; the engine's own transactions work on it."""
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        engine_db.use(db.engine)


def _equip_templates(app: Flask) -> None:
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        csrf=_csrf_field,
        here=_here,
        someone=auth.someone,
        unread=_unread,
        large_type=auth.large_type,
        may_read_ledger=access.may_read_ledger,
        answers_for_unit=contacts.answers_for_unit,
        looks_after_accounts=looks_after_any,
    )
    app.jinja_env.filters["region_name"] = _region_name


def _csrf_field() -> Markup:
    """The hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _here() -> str:
    """The address of this page, to come back to."""
    return request.full_path.removesuffix("?") if request.method == "GET" else request.path


def _unread() -> int:
    """How many messages this person has not read, and how many questions wait for an answer; asked once per page."""
    if not current_user.is_authenticated:
        return 0
    if "unread" not in g:
        with engine_db.reading_along() as session:
            actor = current_user.actor
            asked = cases.consents(session, actor) if actor.is_citizen else []
            g.unread = notifications.unread(session, actor) + len(asked)
    unread: int = g.unread
    return unread


def _region_name(code: str) -> str:
    """云南省文山壮族苗族自治州砚山县…; "" for none."""
    if not code:
        return ""
    with engine_db.reading_along() as session:
        return regions.full_name(session, code)

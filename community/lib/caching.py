"""A Redis cache that is slower when Redis is away, and never an error."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def forgiving(name: str, answer: Any) -> Callable[..., Any]:
    """The method `name`, answering `answer` when Redis cannot be reached."""

    def method(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(super(ForgivingRedisCache, self), name)(*args, **kwargs)
        except (RedisError, OSError) as error:
            log.warning("the cache is out of reach: %s", type(error).__name__)
            if name in {"get", "incr"}:
                return kwargs.get("default", args[1] if name == "get" and len(args) > 1 else answer)
            return answer

    return method


class ForgivingRedisCache(RedisCache):
    # `add` answers True: a limit that cannot be counted lets people through instead of locking all out.
    add = forgiving("add", True)
    get = forgiving("get", None)
    set = forgiving("set", None)
    touch = forgiving("touch", False)
    delete = forgiving("delete", False)
    get_many = forgiving("get_many", {})
    has_key = forgiving("has_key", False)
    incr = forgiving("incr", 1)
    set_many = forgiving("set_many", [])
    delete_many = forgiving("delete_many", None)
    clear = forgiving("clear", False)

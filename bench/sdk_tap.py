"""A tap on Meltano's singer-sdk as one would write it, over the account of
bench: python sdk_tap.py URL FROM ROWS"""

import datetime
import sys

from singer_sdk import Tap
from singer_sdk import typing as th
from singer_sdk.streams import RESTStream

URL, FROM, ROWS = sys.argv[1], datetime.datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])
PAGE, STEP = 10_000, datetime.timedelta(seconds=5)
TEXTS = ["activity_id", "activity_type", "session_id", "visitor_name", "visitor_email", "link_id", "link_title", "link_url",
         "published_replay_id", "published_replay_title", "distinct_user"]


class Activity(RESTStream):
    name = "replay_session_activity"
    path = "/v0/pipes/replay_session_activity.json"
    url_base = URL
    records_jsonpath = "$.data[*]"
    primary_keys = ("activity_id",)
    schema = th.PropertiesList(
        *(th.Property(c, th.StringType) for c in TEXTS),
        th.Property("create_at", th.DateTimeType), th.Property("session_created_at", th.DateTimeType),
        th.Property("client_seq", th.IntegerType), th.Property("score", th.NumberType),
        th.Property("tags", th.ArrayType(th.StringType)),
    ).to_dict()

    def get_new_paginator(self):
        from singer_sdk.pagination import BaseOffsetPaginator

        class Pages(BaseOffsetPaginator):
            def has_more(self, response):
                return self.current_value + PAGE < ROWS

        return Pages(0, PAGE)

    def get_url_params(self, context, next_page_token):
        return {"start_timestamp": str(FROM), "end_timestamp": str(FROM + ROWS * STEP), "limit": PAGE, "offset": next_page_token or 0}


class Bench(Tap):
    name = "tap-bench"
    config_jsonschema = th.PropertiesList().to_dict()

    def discover_streams(self):
        return [Activity(self)]


Bench(config={}).sync_all()

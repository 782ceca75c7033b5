// A new project is small, whole and well: it is checked and its tests are run by tests/golden/cli/cases/new.golden.
#include "compiler/cli/starter.h"

namespace wend::cli {

namespace {

constexpr StarterFile kFiles[] = {
    {"project.wend", R"wend(# What is known of a user, what users do, and which modules of the standard library help with the rest.

project NAME {
  about     "Say in a sentence what this project is for"
  time zone "UTC"
  currency  EUR
}

profile {
  identity user_id, email
  first_name   text?
  email_opt_in bool = false
  time_zone    timezone?
}

event visit
event order { order_id text, total money }

use std.channel.email
use std.protection.gentle
use std.lifecycle with activity: visit
)wend"},
    {"messages.wend", R"wend(# What is said. A category says how much a message matters, and so which rules it obeys.

message thanks {
  category service
  email {
    subject "Thank you{% if first_name %}, {{ first_name }}{% endif %}"
    body    "We hope you like what you have chosen."
  }
}

message we_miss_you {
  category lifecycle
  email { subject "It has been a while", body "Here is what is new." }
}
)wend"},
    {"journeys.wend", R"wend(# Who is written to, when, and what ends it.

journey thank {
  about    "A day after the first order in a month"
  enter    on order
  re-enter after 30 days
  step say {
    wait 1 day
    send thanks
  }
}

journey come_back {
  about    "A word to those who come less often than they did"
  enter    when lifecycle.engagement drops
  re-enter after 90 days
  goal     has visit since entry
  step ask {
    send we_miss_you
    wait 7 days
  }
}
)wend"},
    {"tests.wend", R"wend(# What must hold. Time is skipped, so a test of three months takes no longer than one of a day.

test "an order is thanked for a day later, once a month" {
  given user { email: "ada@example.org", email_opt_in: true, first_name: "Ada" }
  at 2026-01-05 10:00 { order { order_id: "1", total: 20 EUR }, expect not sent thanks }
  at 2026-01-06 10:00 { expect sent thanks once, expect sent thanks with subject: "Thank you, Ada" }
  at 2026-01-20 10:00 { order { order_id: "2", total: 10 EUR } }
  at 2026-01-31 10:00 { expect sent thanks once }
}

test "who stops coming is asked back, and left alone once they come" {
  given user { email: "ada@example.org", email_opt_in: true }
  daily at 12:00 from 2026-01-01 to 2026-01-31 { visit }
  at 2026-02-15 12:00 { expect lifecycle.engagement is core, expect not sent we_miss_you }
  at 2026-02-26 12:00 { expect lifecycle.engagement is casual, expect sent we_miss_you once }
}

test "nobody is written to who has not said yes" {
  given user { email: "ada@example.org" }
  at 2026-01-05 10:00 { order { order_id: "1", total: 20 EUR } }
  at 2026-01-06 10:00 { expect suppressed thanks because consent }
}
)wend"},
    {"README.md", R"wend(# NAME

A Wend project. In this folder:

    wend check    # is everything in it right?
    wend test     # do its journeys do what they should?
    wend run --events events.ndjson    # what would they have done?

| file | what is there |
|---|---|
| `project.wend` | what is known of a user, what users do, the modules in use |
| `messages.wend` | what is said |
| `journeys.wend` | who is written to, and when |
| `tests.wend` | what must hold |

The order of files and declarations means nothing: cut them as it suits you.
)wend"},
};

}  // namespace

std::span<const StarterFile> starter_files() { return kFiles; }

}  // namespace wend::cli

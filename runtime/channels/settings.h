// What the operator sets for each connector. Plain values; connectors check them when they are made. A list of content fields
// means the first of them that the message has.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "runtime/channels/secret.h"

namespace wend {

using FieldNames = std::vector<std::string>;

// Where a connector may go. `base_url` stands for the provider's own (https://HOST[:PORT], no path).
struct NetSettings {
  std::string base_url;
  bool plain_loopback = false;         // http:// to this machine
  bool loopback = false;               // https:// to this machine
  bool inside = false;                 // private networks
  std::vector<uint16_t> ports;         // beside 443 and 8443, for SMTP beside 25, 465 and 587
  std::vector<std::string> names;      // fixed addresses, "HOST:PORT:ADDRESS"
  std::string ca_file;                 // certificates (PEM) to believe instead of the system's; "": the system's
};

struct FileSettings {
  std::string path;                    // made with mode 0600; one that was moved away is made anew
  bool sync = true;                    // on the disk before the message counts as delivered
};

struct ConsoleSettings {
  std::FILE* out = stdout;             // not closed
};

struct WebhookSettings {
  NetSettings net;
  std::string url;
  std::vector<SecretSource> keys;      // `whsec_` and base64; while keys rotate every one signs, the newest first
  std::vector<SecretSource> callback_keys;   // each may sign what the endpoint calls back with; none: it is not listened to
};

// From whom an email comes and which content fields make it.
struct MailSettings {
  std::string from;                    // address
  std::string from_name;
  std::string reply_to;                // "": none
  FieldNames subject = {"subject"}, html = {"html", "body"}, text = {"text"};
  FieldNames unsubscribe_url = {"unsubscribe_url"};   // one click ends it (RFC 8058); https
  std::string unsubscribe_address;     // mailto; "": none
};

struct SmtpSettings {
  NetSettings net;                     // base_url: smtp://HOST:PORT with STARTTLS, or smtps://HOST:PORT
  MailSettings mail;
  std::string bounce_address;          // the envelope's sender, to which `+ID` is added; "": mail.from
  std::string hello;                   // "": the domain of the envelope's sender
  std::string user;                    // "": no login
  SecretSource password;
};

struct SendgridSettings {
  NetSettings net;
  MailSettings mail;
  SecretSource key;
  std::string callback_key;            // public, base64, as SendGrid shows it; "": its event webhook is not listened to
};

struct SesSettings {
  NetSettings net;
  MailSettings mail;
  std::string region;
  std::string configuration_set;       // "": none
  SecretSource access_key_id, secret_access_key, session_token;   // the last may be none
};

struct TwilioSettings {
  NetSettings net;
  std::string account;                 // AC…
  SecretSource token;
  std::string from;                    // a number, or
  std::string messaging_service;       // MG…
  std::string status_callback;         // "": none
  FieldNames body = {"text", "body"};
};

// The content fields of a push notification. Fields that are none of these go along as data.
struct PushFields {
  FieldNames title = {"title"}, body = {"body", "text"};
};

struct FcmSettings {
  NetSettings net;
  std::string token_url;               // "": Google's
  SecretSource service_account;        // the JSON file Google gives out
  PushFields fields;
  bool validate_only = false;
};

struct ApnsSettings {
  NetSettings net;                     // base_url "": Apple's production
  std::string team_id, key_id, topic;
  SecretSource key;                    // .p8
  PushFields fields;
};

struct SlackSettings {
  NetSettings net;
  SecretSource webhook_url;            // an incoming webhook, or
  SecretSource token;                  // a bot's token; the address is then the channel
  FieldNames text = {"text", "body"};
  FieldNames blocks = {"blocks"};      // a JSON array
};

}  // namespace wend

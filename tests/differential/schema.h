// What a generated project declares, as far as expressions and events need to know it.
#pragma once

#include <string>
#include <vector>

#include "tests/differential/generate.h"
#include "tests/differential/random.h"

namespace wend::differential {

enum class Kind { boolean, integer, number, percent, text, money, duration, time, date, clock, weekday, word, zone,
                  texts /* set of text */, integers /* list of int */, records /* list of { … } */ };
inline bool is_list(Kind kind) { return kind >= Kind::texts; }

struct Field {
  std::string name;
  Kind kind;
  bool optional = false;
};

struct Event {
  std::string name, source;
  std::vector<Field> fields;
  bool raised = false;                  // by a signal: never in the stream
  bool feedback = false;                // of delivery: may name a message
};

struct States {
  std::string name;
  std::vector<std::string> values;
  bool ordered = false;
};

struct Message {
  std::string name;
  std::vector<std::string> channels;
  std::vector<Field> parameters;
};

struct Schema {
  std::string zone;
  int days = 20;
  bool anonymous = false;               // users come anonymously first, and turn out to be somebody
  bool login = false;                   // and have a login between the two
  std::vector<Field> attributes;
  std::vector<Event> events;
  std::vector<Field> hook;              // the fields of the one hook but its url
  std::vector<Field> measures;
  std::vector<std::string> usual;       // measures with a baseline
  std::vector<std::string> audiences;
  std::vector<States> states;
  std::vector<Message> messages;
  std::vector<std::string> channels, categories, topics;
  std::vector<std::pair<std::string, std::vector<std::string>>> experiments;
};

// Expressions over a schema.
class Words {
 public:
  Words(Schema& schema, Random& random) : schema_(schema), random_(random) {}

  std::string constant(Kind kind);
  std::string known(Kind kind);                          // an expression of the kind, never unknown
  std::string condition(int depth, bool watched);        // over user names; watched: asked at every input, so no bare `now`
  std::string where(const Event& event);                 // a condition over the event's properties
  std::string aggregate(Kind& kind, bool& optional, bool in_journey = false);
  std::string window(bool rolling_bound);
  std::string duration(int64_t least_minutes, int64_t most_minutes);
  std::string trigger();
  std::string sequence();                                // "(e0 then e1 within 1 hour)"
  // words_raised.cpp
  std::string event_name(const Event& event);            // with the short form of feedback
  std::vector<std::string> signal(const std::string& name, const Event& from, Event& made);   // head, then members
  std::string effect(const Event* emitted);              // set, emit or call

 private:
  std::string compare(const std::string& value, Kind kind);
  std::string test_of(const Field& field, bool qualified);
  std::string clock_test(bool watched);
  std::string list_test(const Field& field);
  std::string set_statement();
  std::string values(const std::vector<Field>& fields);

  Schema& schema_;
  Random& random_;
};

// A piece of a template with tags and filters, over names the schema declares.
std::string template_piece(const std::vector<Field>& fields, Random& random);

// The value of a field as JSON, of its own kind.
std::string json_value(Kind kind, const std::string& field, Random& random);

extern const std::vector<std::string> kZones;

}  // namespace wend::differential

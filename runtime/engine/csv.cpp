// Columns are resolved once a file and event; a row is then a walk over its cells.
#include "runtime/engine/csv.h"

#include <algorithm>

#include "runtime/abi/utf8.h"
#include "runtime/engine/convert.h"

namespace wend {

namespace {
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}
std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }
}  // namespace

CsvReader::CsvReader(Intake& intake, LineReader& lines, std::string file, CsvColumns options)
    : intake_(intake), records_(lines), file_(std::move(file)), options_(std::move(options)),
      layouts_(intake.module.events.size() + 1) {}

int32_t CsvReader::column(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  return found == header_.end() || name.empty() ? kNone : static_cast<int32_t>(found - header_.begin());
}

int32_t CsvReader::column_of(const std::string& asked, std::initializer_list<std::string_view> defaults) const {
  if (!asked.empty()) return column(asked);
  for (std::string_view name : defaults) if (const int32_t found = column(name); found != kNone) return found;
  return kNone;
}

int32_t CsvReader::event_named(std::string_view name) const {
  for (size_t i = 0; i < intake_.module.events.size(); ++i) {
    if (intake_.module.events[i].name == name && !intake_.module.events[i].signal) return static_cast<int32_t>(i);
  }
  const int32_t found = intake_.event_of(name);
  return found >= 0 ? found : name == "identify" ? kNone : kUndeclared;
}

std::optional<std::string> CsvReader::begin() {
  if (!records_.next(record_)) return std::nullopt;   // an empty file declares no events
  if (record_.cells.size() == 1 && record_.fault == CsvRecords::Fault::none) {
    const std::string line(record_.cells.front().text);
    if (const char other = delimiter_of(line); other != ',') {
      records_.set_delimiter(other);
      record_.cells.clear();
      for (size_t at = 0; at <= line.size();) {
        const size_t end = std::min(line.find(other, at), line.size());
        header_.emplace_back(trimmed(std::string_view(line).substr(at, end - at)));
        at = end + 1;
      }
    }
  }
  for (const CsvRecords::Cell& cell : record_.cells) header_.emplace_back(trimmed(cell.text));
  for (std::string& name : header_) {   // quoted names where the delimiter is not a comma
    if (name.size() > 1 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  }
  used_.assign(header_.size(), false);

  const std::vector<std::string>& identities = intake_.module.identities;
  const std::string first = identities.empty() ? "" : identities.front();
  identity_columns_.assign(identities.size(), kNone);
  for (size_t rank = 0; rank < identities.size(); ++rank) {
    identity_columns_[rank] = column(identities[rank]);
    if (identities[rank] == "anonymous_id" && identity_columns_[rank] == kNone) identity_columns_[rank] = column("anonymousId");
  }
  if (!identities.empty()) identity_columns_[0] = column_of(options_.user_column, {"user_id", "userId", first});
  time_ = column_of(options_.time_column, {"at", "timestamp", "time"});
  id_ = column_of("", {"messageId", "message_id"});
  if (!options_.as_event.empty()) {
    fixed_type_ = event_named(options_.as_event);
    if (fixed_type_ == kUndeclared) return "the program declares no event " + quoted(options_.as_event) + ", which the rows of `" + file_ + "` should be";
  } else {
    event_ = column("event");
    if (event_ == kNone) return "`" + file_ + "` does not say which event its rows are: name it with `--as`, or add a column `event`";
  }
  if (!options_.user_column.empty() && column(options_.user_column) == kNone) return "`" + file_ + "` has no column " + quoted(options_.user_column) + " for the user";
  if (!options_.time_column.empty() && column(options_.time_column) == kNone) return "`" + file_ + "` has no column " + quoted(options_.time_column) + " for the time";
  if (std::all_of(identity_columns_.begin(), identity_columns_.end(), [](int32_t c) { return c == kNone; })) {
    return "`" + file_ + "` has no column for the user: name it with `--user-column`";
  }
  if (time_ == kNone) return "`" + file_ + "` has no column for the time: name it with `--time-column`";
  for (int32_t taken : identity_columns_) if (taken != kNone) used_[taken] = true;
  for (int32_t taken : {time_, event_, id_}) if (taken != kNone) used_[taken] = true;
  return std::nullopt;
}

const CsvReader::Layout& CsvReader::layout_of(uint32_t type) {
  const bool identify = type == WEND_IDENTIFY;
  Layout& layout = layouts_[identify ? layouts_.size() - 1 : type];
  if (layout.ready) return layout;
  layout.ready = true;
  layout.target.assign(header_.size(), kNone);
  if (identify) {
    for (size_t c = 0; c < header_.size(); ++c) {
      const int32_t attribute = intake_.attribute_of(header_[c]);
      if (attribute >= 0 && intake_.rank_of_attribute(static_cast<uint32_t>(attribute)) < 0) layout.target[c] = attribute;
    }
  } else {
    const auto& properties = intake_.module.events[type].properties;
    layout.has_column.assign(properties.size(), false);
    for (size_t i = 0; i < properties.size(); ++i) {
      int32_t place = column(properties[i].name);
      if (place == kNone) place = column(properties[i].path);
      if (place == kNone || layout.target[place] != kNone) continue;
      layout.target[place] = static_cast<int32_t>(i);
      layout.has_column[i] = true;
    }
  }
  for (size_t c = 0; c < header_.size(); ++c) if (layout.target[c] != kNone) used_[c] = true;
  return layout;
}

CsvReader::Outcome CsvReader::next() {
  if (header_.empty() || !records_.next(record_)) return Outcome::end;
  ++rows_;
  at_.reset();
  draft_.clear();
  fault_ = {};
  std::fill(intake_.named.begin(), intake_.named.end(), std::string_view());
  if (take(record_)) return Outcome::event;
  const uint32_t identity = draft_.identities.empty() ? kNoIdentity : draft_.identities.front();
  intake_.reject(fault_, file_ + ":" + std::to_string(record_.line), at_, identity);
  return Outcome::rejected;
}

bool CsvReader::take(const CsvRecords::Record& record) {
  const auto fail = [this](std::string reason) { return fault_ = plain_fault(std::move(reason)), false; };
  if (record.fault == CsvRecords::Fault::too_long) return fail("the line is longer than 1 MiB");
  if (record.fault == CsvRecords::Fault::open_quote) return fail("a quote is opened and not closed");
  if (record.cells.size() != header_.size()) {
    const std::string rule = "the row must have " + std::to_string(header_.size()) + " cells, as the header does";
    return fault_ = {rule + ", found " + std::to_string(record.cells.size()), rule}, false;
  }
  if (!take_who_and_when(record)) return false;
  int32_t type = fixed_type_;
  if (event_ != kNone) {
    const std::string_view name = trimmed(record.cells[event_].text);
    if (name.empty()) return fail("the column `event` is empty");
    type = event_named(name);
    if (type == kUndeclared) {
      ++intake_.unknown_events;
      intake_.unknown("event", name);
      return true;
    }
  }
  draft_.type = type == kNone ? WEND_IDENTIFY : static_cast<uint32_t>(type);
  const Layout& layout = layout_of(draft_.type);
  if (type == kNone) take_traits(record, layout);
  else if (!take_properties(record, layout)) return false;
  intake_.log.add(draft_);
  return true;
}

bool CsvReader::take_who_and_when(const CsvRecords::Record& record) {
  for (size_t rank = 0; rank < identity_columns_.size(); ++rank) {
    if (identity_columns_[rank] == kNone) continue;
    const std::string_view text = trimmed(record.cells[identity_columns_[rank]].text);
    if (text.size() > kIdentityBytesMax || !is_valid_utf8(text)) {
      return fault_ = plain_fault(quoted(header_[identity_columns_[rank]]) + " must be valid UTF-8 of at most 255 bytes"), false;
    }
    intake_.named[rank] = text;
  }
  const bool named = intake_.take_identities(draft_);
  const std::string_view when = trimmed(record.cells[time_].text);
  int64_t at = 0;
  const TimeFault fault = parse_time(when, *intake_.module.zone, true, at);
  if (fault != TimeFault::none) {
    const std::string rule = quoted(header_[time_]) + (fault == TimeFault::out_of_range ? " must lie in 1970 to 2099" : " must be a time");
    return fault_ = {rule + ", found " + found_words(when), rule}, false;
  }
  draft_.at = at;
  at_ = at;
  if (!named) return fault_ = plain_fault("the row names no user"), false;
  if (id_ == kNone) return true;
  draft_.id = trimmed(record.cells[id_].text);
  if (count_scalars(draft_.id) <= kMessageIdCharactersMax) return true;
  return fault_ = plain_fault(quoted(header_[id_]) + " is longer than 100 characters"), false;
}

bool CsvReader::take_properties(const CsvRecords::Record& record, const Layout& layout) {
  const ModuleEvent& event = intake_.module.events[draft_.type];
  draft_.slots.assign(event.properties.size(), wend_slot{});
  for (size_t c = 0; c < record.cells.size(); ++c) {
    if (layout.target[c] != kNone && !take_property(static_cast<uint32_t>(layout.target[c]), record.cells[c])) return false;
  }
  for (uint32_t i = 0; i < event.properties.size(); ++i) {
    if (layout.has_column[i] || intake_.take_absent(draft_.type, i, draft_)) continue;
    return fault_ = lacks_value(event, event.properties[i]), false;
  }
  return true;
}

// An empty cell is no value, but for a text that must be there.
bool CsvReader::take_property(uint32_t i, const CsvRecords::Cell& cell) {
  const ModuleEvent& event = intake_.module.events[draft_.type];
  const ModuleProperty& property = event.properties[i];
  const std::string_view text = is_text(property.type.kind) ? cell.text : trimmed(cell.text);
  if (text.empty() && !cell.quoted) {
    if (intake_.take_absent(draft_.type, i, draft_)) return true;
    if (!is_text(property.type.kind)) return fault_ = lacks_value(event, property), false;
  }
  if (property.type.kind == ValueKind::list || property.type.kind == ValueKind::set)
    return fault_ = plain_fault("`" + property.name + "` of `" + event.name + "` is " + expected_words(property.type) + ", which a CSV cell cannot hold: use JSON for it"), false;
  const Conversion how{property.type, property.in_milliseconds, *intake_.module.zone, intake_.log.arena()};
  if (!convert_cell(text, how, draft_.slots[i])) return fault_ = wrong_value(event, property, found_words(text)), false;
  draft_.known |= uint64_t{1} << i;
  return true;
}

void CsvReader::take_traits(const CsvRecords::Record& record, const Layout& layout) {
  for (size_t c = 0; c < record.cells.size(); ++c) {
    const CsvRecords::Cell& cell = record.cells[c];
    if (layout.target[c] == kNone || (cell.text.empty() && !cell.quoted)) continue;   // an empty cell says nothing
    const ModuleAttribute& attribute = intake_.module.attributes[layout.target[c]];
    StoredTrait trait{static_cast<uint32_t>(layout.target[c]), 1, {}};
    const std::string_view text = is_text(attribute.type.kind) ? cell.text : trimmed(cell.text);
    if (convert_cell(text, {attribute.type, false, *intake_.module.zone, intake_.log.arena()}, trait.value)) draft_.traits.push_back(trait);
    else ++intake_.bad_traits;
  }
}

void CsvReader::finish() {
  for (size_t c = 0; c < header_.size(); ++c) {
    if (used_[c] || rows_ == 0) continue;
    intake_.unknown_properties += rows_;
    intake_.unknown("column", header_[c], file_, rows_);
  }
}

}  // namespace wend

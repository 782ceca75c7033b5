// The text of one field of a message, written in place or in a file, handed on as a pending template with the place of
// each of its bytes. Shared by a message's own texts and its translations.
#pragma once

#include <memory>
#include <string>

#include "compiler/sema/context.h"

namespace wend::sema {

// Where a text belongs, and for a translation whom it is for.
struct Place {
  MessageId message;
  uint32_t content = 0;
  uint32_t field = 0;
  std::shared_ptr<const Expr> only_if;
};

void check_field(Context& context, const ast::FieldText& written, const ContentField& field, const Place& place);

// Whether it has content for a channel that is not there: what it lacks then has been told.
bool has_unknown_channel(Context& context, MessageId message);

const ast::FieldText* find_field(const ast::ChannelContent& written, const std::string& name);

// Languages: a message's `in sv { … }`, behind its own texts; and a word about messages that lack one others have.
void check_translations(Context& context, size_t message);
void warn_of_missing_translations(Context& context);

}  // namespace wend::sema

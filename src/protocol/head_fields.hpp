#pragma once

#include "protocol/response_parser.hpp"
#include "protocol/response_reader.hpp"

#include <string_view>

namespace jobaudit::protocol {

/// Keeps a field of a response's head whose status is known: of a single one the first line, of hints all lines, and
/// limit hints only of an error, as responses that are right come with them too, where nobody asks; of idle timeouts
/// the shortest. Fields that frame or encode the body are not kept.
void keep_field(response_head& head, response_field field, std::string_view value);

}  // namespace jobaudit::protocol

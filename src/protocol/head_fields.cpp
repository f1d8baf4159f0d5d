#include "protocol/head_fields.hpp"

#include "protocol/keep_alive.hpp"

#include <algorithm>
#include <string>

namespace jobaudit::protocol {
namespace {

void keep_first(std::string& field, std::string_view value)
{
    if (field.empty())
        field.assign(value);
}

void add_line(std::string& field, std::string_view value)
{
    if (!field.empty())
        field += '\n';
    field += value;
}

void add_limit_hint(response_head& head, std::string_view name, std::string_view value)
{
    if (head.status < 400)
        return;
    add_line(head.limit_hints, name);
    head.limit_hints += value;
}

}  // namespace

void keep_field(response_head& head, response_field field, std::string_view value)
{
    switch (field) {
    case response_field::content_type:
        keep_first(head.content_type, value);
        break;
    case response_field::retry_after:
        add_line(head.retry_after, value);
        break;
    case response_field::retry_after_ms:
        add_limit_hint(head, "retry-after-ms:", value);
        break;
    case response_field::limit:
        add_limit_hint(head, "ratelimit:", value);
        break;
    case response_field::limit_remaining:
        add_limit_hint(head, "remaining:", value);
        break;
    case response_field::limit_reset:
        add_limit_hint(head, "reset:", value);
        break;
    case response_field::date:
        keep_first(head.date, value);
        break;
    case response_field::keep_alive:
        head.idle_timeout = std::min(head.idle_timeout, parse_keep_alive_timeout(value));
        break;
    case response_field::location:
        keep_first(head.location, value);
        break;
    case response_field::content_encoding:
    case response_field::transfer_encoding:
        break;
    }
}

}  // namespace jobaudit::protocol

#include "store/output/ndjson_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace jobaudit::store {

ndjson_reader::ndjson_reader(checksum_match* checksums, std::function<void(const outcome_line&)> on_line)
    : checksums_{checksums}
    , on_line_{std::move(on_line)}
    , checksum_{checksums != nullptr ? checksums->kind() : checksum_kind::xxh3}
{
    line_.start();
}

void ndjson_reader::take(std::string_view block)
{
    while (!block.empty()) {
        const std::size_t line_break = block.find('\n');
        const std::string_view piece = block.substr(0, line_break);
        take_piece(piece);
        line_bytes_ += piece.size();
        if (line_break == std::string_view::npos)
            return;
        end_line();
        block.remove_prefix(line_break + 1);
    }
}

resume_point ndjson_reader::finish()
{
    if (line_bytes_ == 0)
        return point_;
    if (nul_bytes_ == line_bytes_ && point_.lines == 0)
        refuse("it holds zero bytes alone");
    // Without its line break, one that is not as it was written counts as torn.
    if (nul_bytes_ == 0 && line_.complete() && is_as_written()) {
        record();
        point_.size += line_bytes_;
        point_.lacks_line_break = true;
    } else {
        point_.torn = line_bytes_;
    }
    return point_;
}

// A power loss can leave zeros where the last bytes should be: these are part of a torn line, and nothing may follow
// them.
void ndjson_reader::take_piece(std::string_view piece)
{
    const std::size_t text = nul_bytes_ > 0 ? 0 : std::min(piece.find('\0'), piece.size());
    if (!line_.feed(piece.substr(0, text)))
        refuse(line_.problem());
    const std::string_view nuls = piece.substr(text);
    if (nuls.find_first_not_of('\0') != std::string_view::npos)
        refuse("it holds zero bytes");
    nul_bytes_ += nuls.size();
    checksum_.update(piece);
}

void ndjson_reader::end_line()
{
    if (nul_bytes_ > 0)
        refuse("it holds zero bytes");
    if (!line_.complete())
        refuse(line_bytes_ == 0 ? "it is blank" : "it is cut short");
    if (!is_as_written())
        throw line_error{line_error::reason::changed, point_.lines + 1, "it differs from its checksum"};
    record();
    point_.size += line_bytes_ + 1;
    line_bytes_ = 0;
    line_.start();
}

bool ndjson_reader::is_as_written()
{
    return checksums_ == nullptr || checksums_->check(checksum_.value()) != checksum_match::result::different;
}

void ndjson_reader::record()
{
    checksum_.restart();
    ++point_.lines;
    on_line_(line_.line());
}

void ndjson_reader::refuse(const std::string& problem) const
{
    throw line_error{line_error::reason::malformed, point_.lines + 1, problem};
}

}  // namespace jobaudit::store

#pragma once

#include "store/input/entry_format.hpp"
#include "store/input/json_outline.hpp"
#include "store/input/json_record.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace jobaudit::store {

/// JSON over any number of lines: a list of objects or of IDs, bare or as the field `jobs` of an object, or objects one
/// behind the other. No more of it is kept than the front of one entry. An entry that is no JSON does not keep those
/// behind it from being read, as long as its brackets match.
class json_document final : public entry_format {
public:
    explicit json_document(const id_column& column) : record_{column} {}

    [[nodiscard]] std::size_t feed(std::string_view piece) override;
    void end_line() override;
    [[nodiscard]] std::string end_file() override;
    [[nodiscard]] bool next(job_entry& out) override;
    [[nodiscard]] std::string other_fields() const override { return record_.other_fields(); }
    [[nodiscard]] bool has_an_entry_a_line() const noexcept override { return false; }

    /// Whether it had a list so far.
    [[nodiscard]] bool has_list() const noexcept { return has_list_; }

    /// Whether a bracket is open.
    [[nodiscard]] bool is_open() const noexcept { return where_ != place::between || list_ != list::none; }

private:
    enum class place : unsigned char { between, entry, behind_list };  // entries; in one; in the list's object
    enum class list : unsigned char { none, bare, of_object };

    [[nodiscard]] std::size_t skip_to_entry(std::string_view piece);
    [[nodiscard]] std::size_t take_entry(std::string_view piece);
    [[nodiscard]] std::size_t skip_rest_of_object(std::string_view piece);
    void begin_entry() noexcept;
    void end_entry();
    void begin_list(list which) noexcept;
    void end_list() noexcept;

    json_record record_;
    json_outline outline_;  // of the entry, or of the object behind its list
    place where_ = place::between;
    list list_ = list::none;
    bool has_list_ = false;
    bool at_line_start_ = false;
    std::uint64_t opened_in_ = 1;  // the line of what is outermost
    job_entry entry_;
    bool has_entry_ = false;
};

}  // namespace jobaudit::store

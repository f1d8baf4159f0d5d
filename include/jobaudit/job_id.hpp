#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit {

/// The name of one job: a UUID (RFC 4122), held as its 16 bytes.
///
/// A value type: trivially copyable, ordered by its bytes. A default-constructed one is the nil UUID.
class job_id {
public:
    /// In the order of the text.
    using bytes_type = std::array<std::uint8_t, 16>;

    /// Characters of the canonical text form, 8-4-4-4-12.
    static constexpr std::size_t text_size = 36;

    constexpr job_id() noexcept = default;
    /// Any 16 bytes are one.
    explicit constexpr job_id(const bytes_type& bytes) noexcept : bytes_{bytes} {}

    /// Reads the canonical 36-character form, in either case. Anything else, surrounding blanks among it, gives
    /// nothing.
    [[nodiscard]] static std::optional<job_id> parse(std::string_view text) noexcept;

    /// The canonical form in lower case.
    [[nodiscard]] std::string to_string() const;

    /// Writes the canonical form in lower case; allocates nothing.
    void write_to(std::span<char, text_size> out) const noexcept;

    /// In the order of the text.
    [[nodiscard]] constexpr const bytes_type& bytes() const noexcept { return bytes_; }

    /// By bytes, and so in the order of the canonical form.
    friend constexpr auto operator<=>(const job_id&, const job_id&) noexcept = default;
    /// The same bytes.
    friend constexpr bool operator==(const job_id&, const job_id&) noexcept = default;

private:
    bytes_type bytes_{};
};

/// Writes the canonical form in lower case.
std::ostream& operator<<(std::ostream& out, const job_id& job);

}  // namespace jobaudit

namespace std {

/// So that unordered containers take it for a key.
template <>
struct hash<jobaudit::job_id> {
    /// Of its bytes.
    [[nodiscard]] size_t operator()(const jobaudit::job_id& job) const noexcept;
};

}  // namespace std

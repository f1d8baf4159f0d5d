#pragma once

#include <jobaudit/error.hpp>
#include <jobaudit/failed_file.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace jobaudit::protocol {

/// Takes the records of a failed-files body while it is read.
class record_consumer {
public:
    virtual ~record_consumer() = default;

    /// The views are valid during the call. May throw; the exception passes through failed_files_reader::write.
    virtual void on_records(std::span<const failed_file_view> records) = 0;

    /// Whether it looks at document and error of a record also where there is JSON text of them; asked by begin().
    /// False saves that escapes are undone.
    [[nodiscard]] virtual bool needs_texts() const noexcept { return true; }
};

/// Reads `{"failed_files":[{"document":string,"error":string}]}` piece by piece and gives each record as soon as it is
/// complete.
///
/// Any order of fields, unknown fields at any depth and escaped keys are accepted. Refused (errc::malformed_body):
/// anything but exactly one well-formed JSON object, a missing, repeated or ill-typed `failed_files`, a record that is
/// no object or whose `document` or `error` is missing, repeated or no string, more than `max_depth` levels, a string
/// above `max_string` bytes.
class failed_files_reader {
public:
    struct limits {
        std::size_t depth = 64;
        std::size_t string = 16 * 1024 * 1024;
    };

    failed_files_reader();
    explicit failed_files_reader(limits bounds);
    failed_files_reader(failed_files_reader&&) noexcept;
    failed_files_reader& operator=(failed_files_reader&&) noexcept;
    ~failed_files_reader();

    /// Makes ready for the next body; keeps what memory it has. `consumer` must live until finish().
    void begin(record_consumer& consumer);

    /// Takes the next bytes. After an error, further calls give the same error.
    [[nodiscard]] error_code write(std::string_view bytes);

    /// The body has ended: errc::malformed_body unless it was whole.
    [[nodiscard]] error_code finish();

    /// The body is given up, or done with: gives the memory of long strings back. begin() follows, if anything.
    void forget() noexcept;

    /// Bytes in use for the strings of a record that is not complete yet; grows with them.
    [[nodiscard]] std::size_t memory() const noexcept;

    [[nodiscard]] std::uint64_t records() const noexcept;

    /// What is wrong, for a person ("record 3: 'error' is not a string"); empty when nothing is.
    [[nodiscard]] const std::string& problem() const noexcept;

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace jobaudit::protocol

#pragma once

#include <jobaudit/error.hpp>
#include <jobaudit/job_information.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace jobaudit::protocol {

/// Takes the jobs of a list while it is read.
class job_list_consumer {
public:
    virtual ~job_list_consumer() = default;

    /// Valid during the call. May throw; the exception passes through job_list_reader::write.
    virtual void on_job(const job_information& job) = 0;
};

/// Reads the platform's list of jobs, one JSON array of JobInformation, piece by piece and gives each job as soon as it
/// is complete. The memory that it takes depends on the longest field that is kept, not on how many jobs there are.
///
/// Any order of fields, unknown fields of any length and values of a status that nobody has heard of are accepted; a
/// field that is kept and holds no string counts as one that is missing. Refused (errc::malformed_body): anything but
/// exactly one well-formed JSON array, an element that is no object or whose `id` is repeated, a kept field above
/// `string` bytes, more than `depth` levels. An element whose `id` is missing or no UUID is passed over, and the list
/// refused at its end.
class job_list_reader {
public:
    struct limits {
        std::size_t depth = 64;
        std::size_t string = 64 * 1024;
    };

    job_list_reader();
    explicit job_list_reader(limits bounds);
    job_list_reader(job_list_reader&&) noexcept;
    job_list_reader& operator=(job_list_reader&&) noexcept;
    ~job_list_reader();

    /// Makes ready for the next body; keeps what memory it has. `consumer` must live until finish().
    void begin(job_list_consumer& consumer);

    /// Takes the next bytes. After an error, further calls give the same error.
    [[nodiscard]] error_code write(std::string_view bytes);

    /// The body has ended: errc::malformed_body unless it was whole.
    [[nodiscard]] error_code finish();

    /// Given since begin().
    [[nodiscard]] std::uint64_t jobs() const noexcept;

    /// What is wrong, for a person ("job 3: 'id' is missing"); empty when nothing is.
    [[nodiscard]] const std::string& problem() const noexcept;

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace jobaudit::protocol

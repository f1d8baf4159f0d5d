#pragma once

#include <array>
#include <string_view>

namespace jobaudit::fuzz {

// Each target reads any bytes, and ends the process where a promise does not hold (require.hpp). The first two bytes
// choose how the others are read (chosen_input.hpp). All give 0, which libFuzzer expects.

int fuzz_response_reader(std::string_view bytes);
int fuzz_failed_files(std::string_view bytes);
int fuzz_gzip_body(std::string_view bytes);
int fuzz_error_response(std::string_view bytes);
int fuzz_redaction(std::string_view bytes);
int fuzz_output_line(std::string_view bytes);
int fuzz_job_file(std::string_view bytes);
int fuzz_job_list(std::string_view bytes);
int fuzz_retry_after(std::string_view bytes);
int fuzz_url(std::string_view bytes);
int fuzz_proxy(std::string_view bytes);
int fuzz_script(std::string_view bytes);

struct target {
    std::string_view name;  ///< also of its folder in corpus
    int (*run)(std::string_view bytes);
};

inline constexpr std::array targets{
    target{"response_reader", fuzz_response_reader},
    target{"failed_files", fuzz_failed_files},
    target{"gzip_body", fuzz_gzip_body},
    target{"error_response", fuzz_error_response},
    target{"redaction", fuzz_redaction},
    target{"output_line", fuzz_output_line},
    target{"job_file", fuzz_job_file},
    target{"job_list", fuzz_job_list},
    target{"retry_after", fuzz_retry_after},
    target{"url", fuzz_url},
    target{"proxy", fuzz_proxy},
    target{"script", fuzz_script},
};

}  // namespace jobaudit::fuzz

#pragma once

#include "cli/options/environment.hpp"

#include <jobaudit/options.hpp>

#include <cstdint>
#include <string>

namespace jobaudit::cli {

/// Where the server is and how it is spoken to, as far as the command line says. An empty text is an option that wasn't
/// given.
struct connection_options {
    std::string url;
    std::string api_key_file;
    authentication scheme = authentication::api_key;
    std::string ca_file;
    std::string client_certificate_file;
    std::string client_key_file;
    std::string proxy;
    bool allow_plain_http = false;
    std::uint64_t max_body = client_options{}.max_body;
    std::uint64_t max_memory = client_options{}.max_memory;
    unsigned pipeline = client_options{}.pipeline;
};

/// Completes the options from the environment: UNSTRUCTURED_API_URL, UNSTRUCTURED_API_KEY, and the variables of
/// proxy_from_environment(). Throws failure, which names the option or the variable, when the key, the address or the
/// proxy cannot be used.
[[nodiscard]] client_options make_client_options(const connection_options& options, const environment& variables);

/// The message of an option_error in the words of the command line: `--url` for `url`.
[[nodiscard]] std::string option_message(const option_error& error);

/// A text of the library in which the names of option fields are replaced by those of the command line.
[[nodiscard]] std::string with_option_names(std::string text);

}  // namespace jobaudit::cli

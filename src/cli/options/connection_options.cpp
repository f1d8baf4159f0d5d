#include "cli/options/connection_options.hpp"

#include "cli/failure.hpp"
#include "cli/options/api_key.hpp"
#include "cli/options/proxy_environment.hpp"
#include "client/option_checks.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace jobaudit::cli {
namespace {

struct option_name {
    std::string_view field;
    std::string_view option;
    bool only_as_field = false;  ///< an English word too: not replaced within a text
};

// Where one name is the start of another, the longer one comes first.
constexpr std::array option_names{
    option_name{"url", "--url", true},
    option_name{"credentials.key", "the API key"},
    option_name{"credentials.scheme", "--auth"},
    option_name{"tls.ca_file", "--ca-file"},
    option_name{"tls.client_certificate_file", "--client-cert"},
    option_name{"tls.client_key_file", "--client-key"},
    option_name{"tls_options::ca_file", "--ca-file"},
    option_name{"ca_file", "--ca-file"},
    option_name{"client_certificate_file", "--client-cert"},
    option_name{"client_key_file", "--client-key"},
    option_name{"proxy", "--proxy", true},
    option_name{"allow_plain_http", "--allow-plain-http"},
    option_name{"max_body", "--max-body"},
    option_name{"max_memory", "--max-memory"},
    option_name{"concurrency", "--concurrency", true},
    option_name{"pipeline", "--pipeline", true},
    option_name{"threads", "--threads", true},
    option_name{"rate", "--rate", true},
    option_name{"burst", "--burst", true},
    option_name{"adaptive", "--adaptive", true},
    option_name{"attempts", "--attempts", true},
    option_name{"job_timeout", "--job-timeout"},
    option_name{"timeout", "--timeout", true},
    option_name{"max_wait", "--max-wait"},
    option_name{"deadline", "--deadline", true},
    option_name{"outage_limit_at_start", "--outage-limit"},
    option_name{"outage_limit", "--outage-limit"},
};

bool is_part_of_a_name(char c) noexcept
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == ':' || c == '-';
}

void replace_word(std::string& text, std::string_view word, std::string_view by)
{
    std::size_t next = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, next)) {
        const auto end = at + word.size();
        const bool starts = at == 0 || !is_part_of_a_name(text[at - 1]);
        const bool ends = end == text.size() || !is_part_of_a_name(text[end]) || text[end] == '.' || text[end] == ':';
        if (starts && ends)
            text.replace(at, word.size(), by);
        next = starts && ends ? at + by.size() : end;
    }
}

/// Where the address or the proxy stands that is at fault, and what is wrong with it.
std::string message_about(const option_error& error, std::string_view url_variable, std::string_view proxy_variable)
{
    const auto& field = error.field();
    const auto variable = field == "url" ? url_variable : field == "proxy" ? proxy_variable : std::string_view{};
    auto text = option_message(error);
    if (!variable.empty())
        text.replace(0, text.find(':'), "the environment variable " + std::string{variable});
    return text;
}

}  // namespace

client_options make_client_options(const connection_options& options, const environment& variables)
{
    auto key = read_api_key(options.api_key_file, variables("UNSTRUCTURED_API_KEY"));
    if (!key)
        throw failure{exit_code::usage, key.error().message};

    constexpr const char* url_variable = "UNSTRUCTURED_API_URL";
    auto url = options.url.empty() ? value_of(url_variable, variables) : options.url;
    const bool url_is_from_variable = options.url.empty() && !url.empty();

    client_options client;
    if (!url.empty())
        client.url = std::move(url);
    client.credentials = {std::move(key->text), options.scheme};
    client.tls = {options.ca_file, options.client_certificate_file, options.client_key_file};
    const auto proxy =
        options.proxy.empty() ? proxy_from_environment(client.url, variables) : named_proxy{options.proxy, {}};
    client.proxy = proxy.url;
    client.allow_plain_http = options.allow_plain_http;
    client.max_body = options.max_body;
    client.max_memory = options.max_memory;
    client.pipeline = options.pipeline;
    try {
        return client_detail::checked(std::move(client));
    } catch (const option_error& error) {
        throw failure{exit_code::usage, message_about(error, url_is_from_variable ? url_variable : "", proxy.variable)};
    }
}

std::string option_message(const option_error& error)
{
    std::string_view text{error.what()};
    const auto prefix = error.field() + ": ";
    if (text.starts_with(prefix))
        text.remove_prefix(prefix.size());
    const auto* known = std::ranges::find(option_names, std::string_view{error.field()}, &option_name::field);
    const auto name = known == option_names.end() ? error.field() : std::string{known->option};
    return name + ": " + with_option_names(std::string{text});
}

std::string with_option_names(std::string text)
{
    for (const auto& name : option_names) {
        if (name.only_as_field)
            continue;
        replace_word(text, name.field, name.option);
    }
    return text;
}

}  // namespace jobaudit::cli

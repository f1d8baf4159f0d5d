#include "grouping/error_family.hpp"

#include "grouping/error_words.hpp"
#include "grouping/traceback.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <unordered_set>

namespace jobaudit::grouping {

namespace {

using enum error_family;

/// A phrase in lower case. Where it begins or ends with a digit, no further digit may stand there. With `beside`, that
/// phrase must stand somewhere too.
struct sign {
    std::string_view phrase;
    error_family family;
    std::string_view beside = {};
};

// The first that is found decides: what leaves no doubt comes first, names that several families have come last.
constexpr std::array signs{
    // The platform's own files and secrets, before the exceptions that tell of them.
    sign{"element_dicts", internal},
    sign{"failed to decrypt secret", internal},
    sign{"notfoundexception", internal, ".json"},
    sign{"no such file or directory", internal, "/staged"},
    sign{"no such file or directory", internal, "/downloads"},
    sign{"no such file or directory", internal, "/download/"},
    sign{"no such file or directory", internal, "/tmp/"},
    sign{"filenotfounderror", internal, "/staged"},
    sign{"filenotfounderror", internal, "/downloads"},
    // Dimensions and types, before the database clients whose exceptions say quota elsewhere.
    sign{"vector dimension", schema},
    sign{"dimension mismatch", schema},
    sign{"does not match the dimension", schema},
    sign{"wrong vector size", schema},
    sign{"unresolved_column", schema},
    sign{"schema validation failure", schema},
    // Limits.
    sign{"402 payment required", quota},
    sign{"payment required", quota},
    sign{"insufficient api quota", quota},
    sign{"insufficient_quota", quota},
    sign{"too many requests", quota},
    sign{"toomanyrequests", quota},
    sign{"resource_exhausted", quota},
    sign{"resourceexhausted", quota},
    sign{"reduce request rate", quota},
    sign{"reduce your request rate", quota},
    sign{"slow down", quota},
    sign{"slowdown", quota},
    sign{"throttl", quota},
    sign{"unit limit reached", quota},
    sign{"rate limit", quota},
    sign{"ratelimit", quota},
    sign{"rate_limit", quota},
    sign{"quota exceeded", quota},
    sign{"exceeded your current quota", quota},
    sign{"quotaexceeded", quota},
    sign{"request_limit_exceeded", quota},
    sign{"storage quota", quota},
    sign{"429", quota},
    sign{"pineconeapiexception", quota},
    // Credentials and rights; before documents, since a password may be a user's.
    sign{"password authentication failed", authorization},
    sign{"incorrect username or password", authorization},
    sign{"invalid username or password", authorization},
    sign{"clientauthenticationerror", authorization},
    sign{"authenticationerror", authorization},
    sign{"authentication failed", authorization},
    sign{"authenticationfailed", authorization},
    sign{"apipermissionerror", authorization},
    sign{"nocredentialserror", authorization},
    sign{"accessdenied", authorization},
    sign{"access denied", authorization},
    sign{"access is denied", authorization},
    sign{"signature not valid", authorization},
    sign{"signaturedoesnotmatch", authorization},
    sign{"expired_access_token", authorization},
    sign{"expiredtoken", authorization},
    sign{"token has expired", authorization},
    sign{"token is expired", authorization},
    sign{"token expired", authorization},
    sign{"invalid_grant", authorization},
    sign{"invalid_client", authorization},
    sign{"invalid_auth", authorization},
    sign{"conditional access", authorization},
    sign{"accountisdisabled", authorization},
    sign{"aadsts", authorization},
    sign{"insufficient permission", authorization},
    sign{"insufficientpermission", authorization},
    sign{"insufficient privilege", authorization},
    sign{"insufficient_scope", authorization},
    sign{"missing_scope", authorization},
    sign{"permission denied", authorization},
    sign{"permission_denied", authorization},
    sign{"permissiondenied", authorization},
    sign{"permissionerror", authorization},
    sign{"programmingerror", configuration},
    sign{"not authorized", authorization},
    sign{"not authorised", authorization},
    sign{"unauthorized", authorization},
    sign{"unauthenticated", authorization},
    sign{"forbidden", authorization},
    sign{"invalid api key", authorization},
    sign{"invalid_api_key", authorization},
    sign{"incorrect api key", authorization},
    sign{"api key is malformed", authorization},
    sign{"api key expired", authorization},
    sign{"api key not valid", authorization},
    sign{"invalidaccesskeyid", authorization},
    sign{"invalid_session_id", authorization},
    sign{"credentials", authorization, "unable to locate"},
    sign{"credentials", authorization, "invalid"},
    sign{"login failed", authorization},
    sign{"logon failure", authorization},
    sign{"autherror", authorization},
    // Documents.
    sign{"toomanypagefailures", document},
    sign{"controllerexception", document, "512"},
    sign{"unsupported file type", document},
    sign{"unsupported filetype", document},
    sign{"unsupported file format", document},
    sign{"unsupportedfileformat", document},
    sign{"unexpected end of file", document},
    sign{"password", document},
    sign{"encrypted", document},
    sign{"decrypted", document},
    sign{"corrupt", document},
    sign{"eof marker not found", document},
    sign{"badzipfile", document},
    sign{"not a zip file", document},
    sign{"pdfreaderror", document},
    sign{"pdfsyntaxerror", document},
    sign{"packagenotfounderror", document},
    sign{"invalidfileexception", document},
    sign{"unidentifiedimageerror", document},
    sign{"cannot identify image", document},
    sign{"malformed", document},
    // Names and addresses.
    sign{"itemnotfound", configuration},
    sign{"deploymentnotfound", configuration},
    sign{"paramvalidationerror", configuration},
    sign{"endpointresolutionerror", configuration},
    sign{"endpointconnectionerror", network},
    sign{"invalid endpoint", configuration},
    sign{"invalid bucket name", configuration},
    sign{"nosuchbucket", configuration},
    sign{"nosuchkey", configuration},
    sign{"no active warehouse", configuration},
    sign{"unboundlocalerror", configuration},
    sign{"undefinedtable", configuration},
    sign{"model_not_found", configuration},
    sign{"404 not found", configuration},
    sign{"404 client error", configuration},
    // Columns and types.
    sign{"listconversionexception", schema},
    sign{"weaviatedeletemanyerror", schema},
    sign{"collectioninsertmanyexception", schema},
    sign{"serveroperationerror", schema},
    sign{"clientresponseerror", schema, "422"},
    sign{"unprocessable entity", schema},
    sign{"undefinedcolumn", schema},
    sign{"datatypemismatch", schema},
    sign{"mapper_parsing_exception", schema},
    sign{"invalid input syntax for type", schema},
    sign{"is of type", schema, "column"},
    sign{"cannot be cast", schema},
    sign{"validationerror", schema},
    sign{"validation error", schema},
    sign{"filenotfounderror", configuration},
    sign{"no such file or directory", configuration},
    // Between here and there.
    sign{"readtimeout", network},
    sign{"connecttimeout", network},
    sign{"writetimeout", network},
    sign{"pooltimeout", network},
    sign{"timeouterror", network},
    sign{"timed out", network},
    sign{"timeout", network},
    sign{"deadline exceeded", network},
    sign{"deadline_exceeded", network},
    sign{"serverdisconnected", network},
    sign{"server disconnected", network},
    sign{"clientconnectorerror", network},
    sign{"connectionerror", network},
    sign{"connectionreseterror", network},
    sign{"connectionrefusederror", network},
    sign{"connecterror", network},
    sign{"serviceresponseerror", network},
    sign{"servicerequesterror", network},
    sign{"clientpayloaderror", network},
    sign{"incompleteread", network},
    sign{"remoteprotocolerror", network},
    sign{"failed to resolve", network},
    sign{"name or service not known", network},
    sign{"name resolution", network},
    sign{"getaddrinfo failed", network},
    sign{"nodename nor servname", network},
    sign{"reset by peer", network},
    sign{"connection aborted", network},
    sign{"connection refused", network},
    sign{"connection closed", network},
    sign{"broken pipe", network},
    sign{"network is unreachable", network},
    sign{"no route to host", network},
    sign{"sslerror", network},
    sign{"ssl:", network},
    sign{"certificate verify failed", network},
    sign{"certificate", network, "expired"},
    sign{"handshake", network},
    sign{"bad gateway", network},
    sign{"service unavailable", network},
    sign{"serviceunavailable", network},
    sign{"gateway time", network},
    sign{"upstream connect error", network},
    sign{"502", network},
    sign{"503", network},
    sign{"504", network},
    sign{"oserror", network, "body"},
    sign{"refused", network},
    // Names that several families have, and what is left to the platform.
    sign{"destinationconnectionerror", network},
    sign{"vector", schema, "dimension"},
    sign{"typeerror", schema},
    sign{"attributeerror", internal},
    sign{"cancellederror", internal},
    sign{"internal server error", internal},
    sign{"internalservererror", internal},
    sign{"500:", internal},
    sign{"error code: 500", internal},
};

std::string lowered(std::string_view text)
{
    std::string result{text};
    for (char& c : result)
        if (is_upper(c))
            c = static_cast<char>(c - 'A' + 'a');
    return result;
}

// A status within a longer number is none.
bool is_own_number(std::string_view text, std::size_t at, std::string_view phrase) noexcept
{
    const auto end = at + phrase.size();
    const bool is_cut_before = is_digit(phrase.front()) && at > 0 && is_word(text[at - 1]);
    const bool is_cut_behind = is_digit(phrase.back()) && end < text.size() && is_word(text[end]);
    return !is_cut_before && !is_cut_behind;
}

bool holds(std::string_view text, std::string_view phrase) noexcept
{
    for (auto at = text.find(phrase); at != std::string_view::npos; at = text.find(phrase, at + 1))
        if (is_own_number(text, at, phrase))
            return true;
    return false;
}

struct family_texts {
    std::string_view name;
    std::string_view help;
};

constexpr std::array<family_texts, error_families> texts{
    family_texts{"document", "open the file; remove its password; repair or convert it; then run the job again"},
    family_texts{"authorization", "renew the connector's credentials; give it the rights to read or write"},
    family_texts{"configuration", "correct names, paths and addresses in the connector; see that the thing exists"},
    family_texts{"schema", "make the destination's columns, types and vector dimensions agree with what is sent"},
    family_texts{"network", "run the job again; check firewalls, addresses and the other side's state"},
    family_texts{"quota", "raise the plan's limit; lower the concurrency; wait, then run the job again"},
    family_texts{"internal",
                 "run the job again; if that does not help, ask the platform's support, with job and document"},
    family_texts{"unknown", ""},
};

const family_texts& texts_of(error_family family) noexcept { return texts[static_cast<std::size_t>(family)]; }

}  // namespace

std::string_view to_string(error_family family) noexcept { return texts_of(family).name; }

std::string_view usual_help(error_family family) noexcept { return texts_of(family).help; }

error_family family_of(std::string_view error)
{
    const auto text = lowered(without_traceback(error));
    const auto found = std::ranges::find_if(signs, [&text](const sign& each) {
        return holds(text, each.phrase) && (each.beside.empty() || holds(text, each.beside));
    });
    return found == signs.end() ? unknown : found->family;
}

bool is_family_phrase(std::string_view text)
{
    constexpr std::size_t longest = 32;
    if (text.size() > longest)
        return false;
    static const std::unordered_set<std::string_view> phrases = [] {
        std::unordered_set<std::string_view> all;
        for (const auto& each : signs)
            if (each.beside.empty())
                all.insert(each.phrase);
        return all;
    }();
    return phrases.contains(lowered(text));
}

}  // namespace jobaudit::grouping

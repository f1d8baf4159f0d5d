#include "faults/fault_case.hpp"

#include <openssl/ssl.h>
#include <utility>

namespace jobaudit::test {

namespace {

using deed = std::function<void(visit&)>;
using change = std::function<void(SSL_CTX*)>;

constexpr effect good_and_kept{};
constexpr effect good_and_closed{.first = fate::replaced};
constexpr effect good_at_the_second_attempt{.attempts = 2, .requests = 2, .connections = 2, .first = fate::replaced};
constexpr effect closed_unused{.connections = 2, .first = fate::replaced};

effect refused(errc error, unsigned attempts) { return {outcome_kind::tls, error, attempts, 0, 0, fate::never_made}; }

fault_case with_certificate(std::string name, errc error, emulator::certificate_options shown)
{
    return {.name = std::move(name),
            .expected = refused(error, 1),
            .recovers = recovery::never,
            .certificate = std::move(shown)};
}

fault_case no_handshake_with(std::string name, change tls)
{
    return {.name = std::move(name),
            .expected = refused(errc::tls_handshake_failed, 3),
            .recovers = recovery::never,
            .tls = std::move(tls)};
}

void only_tls_1_2(SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION); }

void only_tls_1_1(SSL_CTX* context)
{
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
}

void no_common_cipher(SSL_CTX* context)
{
    only_tls_1_2(context);
    SSL_CTX_set_cipher_list(context, "RSA");
}

int choose_http_2(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char*, unsigned, void*)
{
    static constexpr unsigned char http_2[] = "h2";
    *chosen = http_2;
    *size = sizeof http_2 - 1;
    return SSL_TLSEXT_ERR_OK;
}

int choose_nothing(SSL*, const unsigned char**, unsigned char*, const unsigned char*, unsigned, void*)
{
    return SSL_TLSEXT_ERR_NOACK;
}

void demand_certificate(SSL_CTX* context)
{
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

/// Before, within and behind the first answer; or, behind another job's, while the connection is idle.
script around_the_answer(deed act)
{
    return [act = std::move(act)](visit& at) {
        if (!at.receive())
            return;
        const auto reply = at.reply();
        act(at);
        at.send(reply.substr(0, reply.size() / 2));
        act(at);
        at.send(reply.substr(reply.size() / 2));
        act(at);
        at.answer_all();
    };
}

script when_idle(deed act)
{
    return [act = std::move(act)](visit& at) {
        if (at.receive())
            at.answer();
        act(at);
        at.idle_fault_is_there();
        at.answer_all();
    };
}

deed key_update(int kind)
{
    return [kind](visit& at) {
        SSL_key_update(at.connection.tls(), kind);
        SSL_do_handshake(at.connection.tls());
    };
}

void renegotiate(visit& at)
{
    // The first asks for it, the second waits for the client's answer: a refusal.
    SSL_renegotiate(at.connection.tls());
    SSL_do_handshake(at.connection.tls());
    at.idle_fault_is_there();
    SSL_do_handshake(at.connection.tls());
    char none = 0;
    SSL_read(at.connection.tls(), &none, 1);
}

void send_tickets(visit& at)
{
    for (int sent = 0; sent < 40; ++sent) {
        SSL_new_session_ticket(at.connection.tls());
        SSL_do_handshake(at.connection.tls());
    }
}

fault_case busy(std::string name, deed act)
{
    return {.name = std::move(name), .expected = good_and_kept, .scripts = {around_the_answer(std::move(act))}};
}

fault_case idle(std::string name, deed act, const effect& expected = good_and_kept)
{
    return {
        .name = std::move(name), .expected = expected, .behind_another = true, .scripts = {when_idle(std::move(act))}};
}

std::vector<fault_case> handshakes()
{
    return {
        with_certificate("the certificate is for other names", errc::certificate_for_another_host,
                         {.names = {"elsewhere.test"}}),
        with_certificate("the certificate has expired", errc::certificate_out_of_date,
                         {.not_before_days = -10, .not_after_days = -1}),
        with_certificate("the certificate is not valid yet", errc::certificate_out_of_date,
                         {.not_before_days = 2, .not_after_days = 10}),
        no_handshake_with("the server speaks TLS 1.1 at most", only_tls_1_1),
        no_handshake_with("there is no common cipher", no_common_cipher),
        no_handshake_with("the server chooses HTTP/2",
                          [](SSL_CTX* tls) { SSL_CTX_set_alpn_select_cb(tls, choose_http_2, nullptr); }),
        no_handshake_with("TLS 1.2 demands a certificate of the client",
                          [](SSL_CTX* tls) {
                              only_tls_1_2(tls);
                              demand_certificate(tls);
                          }),
        {.name = "TLS 1.3 demands a certificate of the client",
         .expected = {outcome_kind::tls, errc::tls_handshake_failed, 3, 0, 3, fate::replaced},
         .recovers = recovery::never,
         .tls = demand_certificate},
        {.name = "the server chooses no protocol",
         .expected = good_and_kept,
         .tls = [](SSL_CTX* tls) { SSL_CTX_set_alpn_select_cb(tls, choose_nothing, nullptr); }},
        {.name = "the server speaks TLS 1.2 at most", .expected = good_and_kept, .tls = only_tls_1_2},
    };
}

std::vector<fault_case> records()
{
    return {
        busy("key updates around and within the answer", key_update(SSL_KEY_UPDATE_NOT_REQUESTED)),
        busy("key updates that ask for another around and within the answer", key_update(SSL_KEY_UPDATE_REQUESTED)),
        busy("120 session tickets around and within the answer", send_tickets),
        idle("a key update on an idle connection", key_update(SSL_KEY_UPDATE_NOT_REQUESTED)),
        idle("a key update that asks for another on an idle connection", key_update(SSL_KEY_UPDATE_REQUESTED)),
        idle("40 session tickets on an idle connection", send_tickets),
        {.name = "renegotiation in place of the answer",
         .expected = good_at_the_second_attempt,
         .scripts = {[](visit& at) {
             if (at.receive())
                 renegotiate(at);
         }},
         .tls = only_tls_1_2},
        {.name = "renegotiation on an idle connection",
         .expected = closed_unused,
         .behind_another = true,
         .scripts = {[](visit& at) {
             if (at.receive())
                 at.answer();
             renegotiate(at);
         }},
         .tls = only_tls_1_2},
        {.name = "bytes that are no TLS in place of the answer",
         .expected = good_at_the_second_attempt,
         .scripts = {[](visit& at) {
             if (at.receive())
                 at.connection.send_in_clear(at.reply());
         }}},
        {.name = "a fatal alert in place of the answer",
         .expected = good_at_the_second_attempt,
         .scripts = {[](visit& at) {
             if (at.receive())
                 at.connection.send_alert();
         }}},
        {.name = "a fatal alert within the answer",
         .expected = good_at_the_second_attempt,
         .scripts = {[](visit& at) {
             if (!at.receive())
                 return;
             at.send(at.reply().substr(0, 60));
             at.connection.send_alert();
         }}},
        {.name = "the server has forgotten the session",
         .expected = good_and_closed,
         .scripts = {[](visit& at) {
             if (at.receive())
                 at.send(at.reply("Connection: close\r\n"));
             unsigned char other_keys[80]{1};
             SSL_CTX_set_tlsext_ticket_keys(SSL_get_SSL_CTX(at.connection.tls()), other_keys, sizeof other_keys);
         }}},
    };
}

}  // namespace

std::vector<fault_case> tls_faults()
{
    auto rows = handshakes();
    for (auto& row : records())
        rows.push_back(std::move(row));
    return rows;
}

}  // namespace jobaudit::test

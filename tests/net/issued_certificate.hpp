#pragma once

#include "emulator/openssl_pointers.hpp"

#include <jobaudit/emulator/certificate.hpp>

#include <boost/test/unit_test.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <string>

namespace jobaudit::test {

/// How a certificate of a chain differs from others.
struct issue_options {
    bool is_ca = false;
    long ends_in_seconds = 24 * 3600;
    unsigned rsa_bits = 0;  ///< 0: EC P-256
    const EVP_MD* digest = EVP_sha256();
};

/// A certificate for 127.0.0.1 and its key, signed by another one or by itself.
class issued_certificate {
public:
    explicit issued_certificate(const std::string& name, const issue_options& how = {},
                                const issued_certificate* issuer = nullptr)
        : key_{how.rsa_bits != 0 ? EVP_RSA_gen(how.rsa_bits) : EVP_EC_gen("P-256")}, made_{X509_new()}
    {
        auto* target = made_.get();
        X509_set_version(target, X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(target), ++serial_);
        X509_gmtime_adj(X509_getm_notBefore(target), -3600);
        X509_gmtime_adj(X509_getm_notAfter(target), how.ends_in_seconds);
        X509_NAME_add_entry_by_NID(X509_get_subject_name(target), NID_commonName, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        const auto& signer = issuer != nullptr ? *issuer : *this;
        X509_set_issuer_name(target, X509_get_subject_name(signer.made_.get()));
        X509_set_pubkey(target, key_.get());
        add(NID_basic_constraints, how.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
        if (!how.is_ca)
            add(NID_subject_alt_name, "IP:127.0.0.1");
        BOOST_TEST_REQUIRE(X509_sign(target, signer.key_.get(), how.digest) > 0);
    }

    [[nodiscard]] X509* get() const noexcept { return made_.get(); }
    /// Has a server show it.
    void show_with(SSL_CTX* server) const
    {
        BOOST_TEST_REQUIRE(SSL_CTX_use_cert_and_key(server, made_.get(), key_.get(), nullptr, 1) == 1);
    }
    [[nodiscard]] std::string pem() const
    {
        const emulator::bio_pointer out{BIO_new(BIO_s_mem())};
        PEM_write_bio_X509(out.get(), made_.get());
        return text_of(out.get());
    }
    [[nodiscard]] emulator::certificate with_key() const
    {
        const emulator::bio_pointer out{BIO_new(BIO_s_mem())};
        PEM_write_bio_PKCS8PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
        return {pem(), text_of(out.get())};
    }

private:
    static std::string text_of(BIO* out)
    {
        char* data = nullptr;
        const auto size = BIO_get_mem_data(out, &data);
        return {data, static_cast<std::size_t>(size)};
    }

    void add(int kind, const char* value)
    {
        const emulator::extension_pointer extension{X509V3_EXT_conf_nid(nullptr, nullptr, kind, value)};
        BOOST_TEST_REQUIRE(X509_add_ext(made_.get(), extension.get(), -1) == 1);
    }

    inline static long serial_ = 0;
    emulator::key_pointer key_;
    emulator::certificate_pointer made_;
};

}  // namespace jobaudit::test

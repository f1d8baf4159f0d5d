#include <jobaudit/emulator/certificate.hpp>

#include "emulator/openssl_pointers.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

namespace jobaudit::emulator {

namespace {

void require(bool condition, const char* what)
{
    if (!condition)
        throw std::runtime_error{std::string{"cannot make a certificate: OpenSSL could not "} + what};
}

void set_serial(X509* target)
{
    std::uint64_t serial = 0;
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "draw a serial number");
    require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(target), serial >> 1 | 1) == 1, "set the serial number");
}

void set_validity(X509* target, const certificate_options& options)
{
    require(X509_time_adj_ex(X509_getm_notBefore(target), options.not_before_days, 0, nullptr) != nullptr &&
                X509_time_adj_ex(X509_getm_notAfter(target), options.not_after_days, 0, nullptr) != nullptr,
            "set the validity");
}

void set_names(X509* target)
{
    X509_NAME* name = X509_get_subject_name(target);
    const auto* text = reinterpret_cast<const unsigned char*>("jobaudit emulator");
    require(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
                X509_set_issuer_name(target, name) == 1,
            "set the subject");
}

void add_extension(X509* target, int kind, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, target, target, nullptr, nullptr, 0);
    const extension_pointer extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
    require(extension && X509_add_ext(target, extension.get(), -1) == 1, ("add the extension " + value).c_str());
}

std::string alternative_names(const std::vector<std::string>& names)
{
    std::string result;
    for (const auto& name : names) {
        boost::system::error_code no_address;
        boost::asio::ip::make_address(name, no_address);
        result += result.empty() ? "" : ",";
        result += (no_address ? "DNS:" : "IP:") + name;
    }
    return result;
}

template <class Write>
std::string to_pem(Write write)
{
    const bio_pointer out{BIO_new(BIO_s_mem())};
    require(out && write(out.get()) == 1, "write PEM");
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

certificate make_certificate(const certificate_options& options)
{
    const key_pointer key{EVP_EC_gen("P-256")};
    const certificate_pointer made{X509_new()};
    require(key && made, "make a key");
    require(X509_set_version(made.get(), X509_VERSION_3) == 1, "set the version");
    set_serial(made.get());
    set_validity(made.get(), options);
    set_names(made.get());
    require(X509_set_pubkey(made.get(), key.get()) == 1, "set the key");
    add_extension(made.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(made.get(), NID_key_usage, "critical,digitalSignature,keyCertSign");
    add_extension(made.get(), NID_ext_key_usage, "serverAuth,clientAuth");
    add_extension(made.get(), NID_subject_key_identifier, "hash");
    if (!options.names.empty())
        add_extension(made.get(), NID_subject_alt_name, alternative_names(options.names));
    require(X509_sign(made.get(), key.get(), EVP_sha256()) > 0, "sign");
    return {to_pem([&](BIO* out) { return PEM_write_bio_X509(out, made.get()); }), to_pem([&](BIO* out) {
                return PEM_write_bio_PKCS8PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
}

}  // namespace jobaudit::emulator

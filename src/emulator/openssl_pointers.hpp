#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace jobaudit::emulator {

template <auto Free>
struct openssl_release {
    template <class T>
    void operator()(T* pointer) const noexcept
    {
        Free(pointer);
    }
};

using bio_pointer = std::unique_ptr<BIO, openssl_release<BIO_free>>;
using certificate_pointer = std::unique_ptr<X509, openssl_release<X509_free>>;
using extension_pointer = std::unique_ptr<X509_EXTENSION, openssl_release<X509_EXTENSION_free>>;
using key_pointer = std::unique_ptr<EVP_PKEY, openssl_release<EVP_PKEY_free>>;

}  // namespace jobaudit::emulator

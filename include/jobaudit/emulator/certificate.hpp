#pragma once

#include <string>
#include <vector>

namespace jobaudit::emulator {

/// What stands in a certificate that the emulator makes for itself.
struct certificate_options {
    /// Subject alternative names: IP addresses are recognised, all else is a DNS name.
    std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
    int not_before_days = -1;  ///< from now; may be in the future
    int not_after_days = 30;   ///< from now; may be in the past: the certificate has expired
};

/// A certificate with its key.
struct certificate {
    std::string certificate_pem;  ///< X.509
    std::string key_pem;          ///< PKCS #8, not encrypted
};

/// Makes a key (EC P-256) and a certificate for it, signed by itself, that serves as its own CA: for servers and
/// clients. Throws std::runtime_error when OpenSSL has no randomness or memory.
[[nodiscard]] certificate make_certificate(const certificate_options& options = {});

}  // namespace jobaudit::emulator

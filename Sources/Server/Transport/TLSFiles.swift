// TLS with certificate files of one's own.

import Foundation
import HummingbirdCore
import HummingbirdTLS
import NIOSSL

/// A certificate (with its chain) and its key, as PEM files.
public struct TLSFiles: Sendable {
    /// Why they cannot be used.
    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    let certificate: String
    let key: String

    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// An HTTP server that speaks TLS 1.2 or later with them.
    /// - Throws: ``Fault`` when they cannot be read, or do not belong together.
    func server() throws -> HTTPServerBuilder {
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
            configuration.minimumTLSVersion = .tlsv12
            // Made once here, so that a key of another certificate is a fault at the start and not at the first request.
            _ = try NIOSSLContext(configuration: configuration)
            return try .tls(.http1(), tlsConfiguration: configuration)
        } catch {
            throw Fault(
                description: "cannot speak TLS with the certificate \(certificate) and the key \(key): \(error)")
        }
    }
}

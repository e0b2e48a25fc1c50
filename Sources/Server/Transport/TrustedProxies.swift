// Reverse proxies whose word is taken for where a request comes from.

import Foundation
import Hummingbird
import Logging
import NIOCore
import Postgres
import ServiceLifecycle
import Synchronization

/// The addresses of the proxies that were named. Names are looked up again every minute, since containers move.
final class TrustedProxies: Service {
    private let names: [String]
    private let logger: Logger
    private let addresses = Mutex(Set<String>())

    init(_ names: [String], logger: Logger) {
        self.names = names
        self.logger = logger
        look()
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(60))) != nil {
                guard !self.names.isEmpty else { continue }
                await OffPool.run { self.look() }
            }
        }
    }

    /// Whether requests from this address come from a proxy that was named.
    func contains(_ address: SocketAddress?) -> Bool {
        guard let ip = address?.ipAddress else { return false }
        return addresses.withLock { $0.contains(Self.plain(ip)) }
    }

    /// Looks the names up. Blocks.
    private func look() {
        var found: Set<String> = []
        for name in names {
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            guard getaddrinfo(name, nil, &hints, &list) == 0 else {
                logger.warning("the trusted proxy has no address", metadata: ["name": "\(name)"])
                continue
            }
            defer { freeaddrinfo(list) }
            var entry = list
            while let one = entry {
                var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
                if getnameinfo(
                    one.pointee.ai_addr, one.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
                {
                    found.insert(Self.plain(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)))
                }
                entry = one.pointee.ai_next
            }
        }
        addresses.withLock { $0 = found }
    }

    /// An IPv4 address that came over an IPv6 socket is the IPv4 address.
    private static func plain(_ address: String) -> String {
        address.hasPrefix("::ffff:") ? String(address.dropFirst("::ffff:".count)) : address
    }
}

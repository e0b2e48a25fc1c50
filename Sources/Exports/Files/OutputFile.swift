// A file that is being written, and what it turned out to be.

import Crypto
import Foundation
import Postgres
import Synchronization

/// Gathers bytes to a mebibyte, then hashes and writes them on a thread apart while the next are gathered: whoever writes waits
/// when the disk is slower, and memory stays flat.
final class OutputFile {
    /// The size and digest of a whole file.
    struct Facts: Sendable, Equatable {
        let bytes: Int
        /// SHA-256 in hexadecimal.
        let sha256: String
    }

    private final class Digest: Sendable {
        let hash = Mutex(SHA256())
    }

    private static let block = 1 << 20
    private let target: any ByteTarget
    private let digest = Digest()
    private var gathered: [UInt8] = []
    private var writing: Task<Void, any Error>?
    private var bytes = 0

    init(_ target: any ByteTarget) {
        self.target = target
        gathered.reserveCapacity(Self.block + 1 << 17)
    }

    func write(_ more: some Sequence<UInt8>) async throws {
        gathered.append(contentsOf: more)
        if gathered.count >= Self.block { try await flush() }
    }

    func write(_ text: String) async throws { try await write(text.utf8) }

    /// Writes what is left; the file is whole then, and in its place.
    func finish() async throws -> Facts {
        try await flush()
        try await writing?.value
        let target = target
        try await OffPool.run { Result { try target.close() } }.get()
        let sha256 = digest.hash.withLock { $0.finalize() }.map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
        return Facts(bytes: bytes, sha256: sha256)
    }

    /// Gives the file up.
    func abandon() async {
        _ = await writing?.result
        let target = target
        await OffPool.run { target.abandon() }
    }

    private func flush() async throws {
        try await writing?.value
        guard !gathered.isEmpty else { return }
        let block = gathered
        bytes += block.count
        gathered = []
        gathered.reserveCapacity(Self.block + 1 << 17)
        let (target, digest) = (target, digest)
        writing = Task {
            try await OffPool.run {
                Result {
                    digest.hash.withLock { $0.update(data: block) }
                    try target.append(block)
                }
            }.get()
        }
    }
}

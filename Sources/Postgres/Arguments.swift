// Bound values as the C strings libpq wants.

struct Arguments: Sendable {
    /// All texts one after another, each with its terminating zero.
    private var bytes: [CChar] = []
    /// Where each text begins; nil for NULL.
    private var offsets: [Int?] = []

    init(_ values: [PostgresValue]) throws(PostgresError) {
        guard values.count <= 65535 else {
            throw .unbindable("a statement can bind 65535 values, not \(values.count)")
        }
        for value in values {
            switch value {
            case .null:
                offsets.append(nil)
            case .text(let text):
                guard !text.utf8.contains(0) else {
                    throw .unbindable("text for PostgreSQL cannot contain the character U+0000")
                }
                offsets.append(bytes.count)
                bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
                bytes.append(0)
            case .unbindable(let reason):
                throw .unbindable(reason)
            }
        }
    }

    /// The pointers are valid inside `body` only.
    func withPointers<T>(_ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> T) -> T {
        bytes.withUnsafeBufferPointer { bytes in
            offsets.map { offset in
                offset.flatMap { offset in bytes.baseAddress.map { $0 + offset } }
            }.withUnsafeBufferPointer(body)
        }
    }
}

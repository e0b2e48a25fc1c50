// A seed that somebody chooses.

/// A whole number that JSON carries exactly everywhere: from 0 to 2^53 − 1.
struct Seed: Decodable {
    let value: UInt64

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = try container.decode(UInt64.self)
        guard value < 1 << 53 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "a seed is below 2^53")
        }
    }
}

// Pictures in the database.

import Crypto
import Foundation
import Postgres

/// The pictures of a database. Anybody who knows a picture's SHA-256 can see it.
public struct Pictures: Sendable {
    /// A picture that was put in.
    public struct Stored: Codable, Sendable {
        public let sha256: String
        /// Under which pages find it.
        public let address: String
        public let type: String
        public let width: Int
        public let height: Int
    }

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Puts a picture in; the same again adds nothing.
    /// - Throws: ``StudyError/badPicture(_:)`` when it is too large, or none of the kinds that browsers show.
    public func store(_ content: Data, by user: User?) async throws -> Stored {
        guard content.count <= Picture.maximumBytes else {
            throw StudyError.badPicture("it is larger than \(Picture.maximumBytes / 1024 / 1024) MB")
        }
        guard let picture = Picture(content) else { throw StudyError.badPicture("it is not a PNG, JPEG, GIF or WebP file") }
        let sides = 1...Picture.maximumSide
        guard sides.contains(picture.width), sides.contains(picture.height) else {
            throw StudyError.badPicture("it must be 1 to \(Picture.maximumSide) points wide and high")
        }
        let hash = Data(SHA256.hash(data: content))
        try await database.execute(
            """
            INSERT INTO pictures (sha256, type, width, height, content, user_id)
            VALUES (\(hash), \(picture.type), \(Int32(picture.width)), \(Int32(picture.height)), \(content), \(user?.id))
            ON CONFLICT DO NOTHING
            """)
        let name = hash.hexadecimal
        return Stored(
            sha256: name, address: Picture.path + name, type: picture.type, width: picture.width, height: picture.height)
    }

    /// The picture with this SHA-256, in hexadecimal; nil when there is none.
    public func picture(_ name: String) async throws -> (type: String, content: Data)? {
        guard Picture.isName(name) else { return nil }
        return try await database.first(
            "SELECT type, content FROM pictures WHERE sha256 = decode(\(name), 'hex')", as: (String, Data).self
        ).map { (type: $0.0, content: $0.1) }
    }

    /// The names among `names` that are not there.
    static func missing(_ names: [String], in session: some PostgresSession) async throws -> [String] {
        guard !names.isEmpty else { return [] }
        let known = try await session.query(
            """
            SELECT encode(sha256, 'hex') FROM pictures
            WHERE sha256 IN (SELECT decode(name, 'hex') FROM unnest(\(names)::text[]) AS name)
            """, as: String.self)
        return names.filter { !known.contains($0) }
    }
}

// Reads the text of a study file as YAML, whoever wrote it: what a short text can make a parser compute is bounded.

import Yams

/// The text of a study file.
enum StudyFileText {
    /// What the text says; nil when it says nothing.
    ///
    /// Study files have no references (`&name`, `*name`) and no keys but words (`? key`). Both are refused before the file
    /// itself is put together: the parser hashes every key with all that is in it, and a few references to references
    /// stand for more than any machine can hash.
    /// - Throws: ``StudyFileError``, with the line where there is one.
    static func node(of text: String, limit: Int = StudyFileReview.maximumBytes) throws(StudyFileError) -> Node? {
        guard text.utf8.count <= limit else { throw .malformed("it is longer than \(limit / 1024) KB") }
        if let problem = unseenBreak(in: text) { throw .problems([problem]) }
        // The same text, in which a sign that would begin a reference or a key is one that cannot stand there, and what would
        // be a mapping within brackets is a list. Within texts and comments these signs mean nothing, before and after.
        let bytes = text.utf8.map(harmless)
        if !bytes.elementsEqual(text.utf8) {
            let lookalike = try tree(of: String(decoding: bytes, as: UTF8.self), written: text)
            // An entry of a mapping within brackets is two levels there.
            if let lookalike, !lookalike.isWithin(2 * StudyFileValue.deepest + 1) { throw .malformed("there is too much in it") }
        }
        return try tree(of: text, written: text)
    }

    private static func harmless(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "&"): UInt8(ascii: "*")
        case UInt8(ascii: "?"): UInt8(ascii: "@")
        case UInt8(ascii: "{"): UInt8(ascii: "[")
        case UInt8(ascii: "}"): UInt8(ascii: "]")
        default: byte
        }
    }

    private static func tree(of yaml: String, written text: String) throws(StudyFileError) -> Node? {
        do {
            return try compose(yaml: yaml)
        } catch {
            throw .problems([problem(of: error, in: text)])
        }
    }

    // MARK: - Lines

    /// The first line break that is one for YAML and for no editor: the lines that people see would not be those of the file.
    private static func unseenBreak(in text: String) -> StudyFileProblem? {
        let scalars = text.unicodeScalars
        var line = 1
        var place = scalars.startIndex
        while place < scalars.endIndex {
            let sign = scalars[place]
            place = scalars.index(after: place)
            let code: String
            switch sign {
            case "\n":
                line += 1
                continue
            case "\r":
                if place < scalars.endIndex, scalars[place] == "\n" { continue }
                code = "U+000D"
            case "\u{85}": code = "U+0085"
            case "\u{2028}": code = "U+2028"
            case "\u{2029}": code = "U+2029"
            default: continue
            }
            return StudyFileProblem(
                line: line,
                sentence: "there is a line break of an unusual kind (\(code)) in this line: take it out, or put an ordinary one there")
        }
        return nil
    }

    // MARK: - What is wrong

    private static func problem(of error: any Error, in text: String) -> StudyFileProblem {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _), YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            for place in [context?.mark, mark] {
                guard let place, let found = sign(at: place, in: text), let words = sentence(on: found) else { continue }
                return StudyFileProblem(line: place.line, sentence: words)
            }
            let wanted = problem.replacing("',' or ']'", with: "',', ']' or '}'")
            return StudyFileProblem(line: mark.line, sentence: "the file cannot be read on from here: \(wanted)")
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            return StudyFileProblem(
                line: context.mark.line, sentence: "\(duplicates.joined(separator: ", ")) is there twice")
        case YamlError.reader(let problem, _, _, _):
            return StudyFileProblem(line: nil, sentence: "the file has a sign in it that cannot be read: \(problem)")
        default: return StudyFileProblem(line: nil, sentence: "the file cannot be read")
        }
    }

    /// What is wrong where YAML stumbles over `sign`, if that is one that no study file needs there.
    private static func sentence(on sign: Unicode.Scalar) -> String? {
        switch sign {
        case "&", "*":
            "“\(sign)” begins a reference to another part of the file here, which a study file cannot have: "
                + "put a text that begins with it into quotation marks, and write out what is referred to"
        case "?":
            "“?” announces a key here that is more than a word, which a study file cannot have: "
                + "put a text that begins with it into quotation marks"
        default: nil
        }
    }

    private static func sign(at mark: Mark, in text: String) -> Unicode.Scalar? {
        let lines = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" }
        guard lines.indices.contains(mark.line - 1), mark.column > 0 else { return nil }
        return lines[mark.line - 1].dropFirst(mark.column - 1).first
    }
}

extension Node {
    /// Whether nothing in it is nested more than so many levels deep.
    fileprivate func isWithin(_ levels: Int) -> Bool {
        guard levels > 0 else { return false }
        if let entries = sequence { return entries.allSatisfy { $0.isWithin(levels - 1) } }
        if let entries = mapping { return entries.allSatisfy { $0.key.isWithin(levels - 1) && $0.value.isWithin(levels - 1) } }
        return true
    }
}

// Words without what tells one spelling from another.

import Foundation

/// A word of a text, folded: lower case, no accents, no vowel signs, one form of each Arabic letter.
struct FoldedWord: Sendable, Equatable {
    let text: String
    /// The same with digits and signs read as the letters that they stand for, as in "id10t", and letters that are repeated
    /// often taken as two.
    let disguised: String
    /// Where it begins in the text, in Unicode scalars, and how many there are.
    let start: Int
    let length: Int
    /// Which sentence it is in, from 0.
    let sentence: Int

    private static let letters: [Character: Character] = [
        "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i",
    ]
    private static let arabic: [Character: Character] = ["أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي"]

    static func fold(_ word: some StringProtocol) -> String {
        let marks = CharacterSet.nonBaseCharacters.union(CharacterSet(charactersIn: "\u{640}\u{200B}\u{200C}\u{200D}\u{2060}\u{FEFF}\u{AD}"))
        let plain = word.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
            .replacing("ß", with: "ss")
        let kept = plain.decomposedStringWithCanonicalMapping.unicodeScalars.filter { !marks.contains($0) && $0 != "'" && $0 != "’" }
        return String(String(kept).map { arabic[$0] ?? $0 })
    }

    /// The words of `text`. Four letters or more that stand alone in a row, as in "w o r d", are one word.
    static func words(of text: String) -> [FoldedWord] {
        let scalars = Array(text.unicodeScalars)
        func isPart(_ place: Int) -> Bool {
            let scalar = scalars[place]
            if scalar.properties.isAlphabetic || scalar.properties.numericType != nil { return true }
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .spacingMark, .format: return true
            default: break
            }
            // A sign counts inside a word only, so that it ends no word that it does not belong to.
            guard "@$!'’".unicodeScalars.contains(scalar), place > 0, place + 1 < scalars.count else { return false }
            return scalars[place - 1].properties.isAlphabetic && scalars[place + 1].properties.isAlphabetic
        }
        var words: [FoldedWord] = [], sentence = 0, place = 0
        while place < scalars.count {
            guard isPart(place) else {
                if ".!?؟\n".unicodeScalars.contains(scalars[place]) { sentence += 1 }
                place += 1
                continue
            }
            let start = place
            while place < scalars.count, isPart(place) { place += 1 }
            words.append(make(scalars[start..<place], start, place - start, sentence))
        }
        return joiningLetters(words)
    }

    private static func make(_ scalars: ArraySlice<Unicode.Scalar>, _ start: Int, _ length: Int, _ sentence: Int) -> FoldedWord {
        let text = fold(String(String.UnicodeScalarView(scalars)))
        var disguised = ""
        for character in text.map({ letters[$0] ?? $0 }) where !disguised.hasSuffix("\(character)\(character)") {
            disguised.append(character)
        }
        return FoldedWord(text: text, disguised: disguised, start: start, length: length, sentence: sentence)
    }

    private static func joiningLetters(_ words: [FoldedWord]) -> [FoldedWord] {
        var joined: [FoldedWord] = [], place = 0
        while place < words.count {
            var end = place
            while end < words.count, words[end].text.count == 1, end == place || words[end].start - words[end - 1].start <= 3 {
                end += 1
            }
            if end - place >= 4 {
                let run = words[place..<end]
                let text = run.map(\.text).joined()
                joined.append(
                    FoldedWord(
                        text: text, disguised: run.map(\.disguised).joined(), start: words[place].start,
                        length: words[end - 1].start + words[end - 1].length - words[place].start,
                        sentence: words[place].sentence))
                place = end
            } else {
                joined.append(words[place])
                place += 1
            }
        }
        return joined
    }
}

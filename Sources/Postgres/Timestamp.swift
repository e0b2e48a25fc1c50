// timestamptz as text, both ways, by integer arithmetic on microseconds. Foundation's formatters stop at milliseconds.

import Foundation

enum Timestamp {
    /// Seconds from 1970-01-01 to Foundation's reference date, 2001-01-01.
    private static let referenceDate: Int64 = 978_307_200

    /// `2026-11-24 02:07:08.123456+00`, rounded to the microsecond; nil outside PostgreSQL's range of years.
    static func format(_ date: Date, separator: String = " ", zone: String = "+00") -> String? {
        let interval = date.timeIntervalSinceReferenceDate
        if interval == .infinity { return "infinity" }
        if interval == -.infinity { return "-infinity" }
        // Whole seconds and the fraction apart, so that no precision is lost by scaling.
        guard interval.isFinite, abs(interval) < 1e13 else { return nil }
        let floor = interval.rounded(.down)
        var seconds = Int64(floor) + referenceDate
        var micros = Int64(((interval - floor) * 1e6).rounded())
        if micros == 1_000_000 {
            micros = 0
            seconds += 1
        }
        let days = Int64((Double(seconds) / 86400).rounded(.down))
        let (year, month, day) = civil(fromDays: days)
        guard (-4712...294_276).contains(year) else { return nil }
        let time = seconds - days * 86400
        // There is no year 0: 1 BC comes before 1 AD.
        let printed = year > 0 ? year : 1 - year
        var text = "\(pad(printed, 4))-\(pad(month, 2))-\(pad(day, 2))\(separator)"
        text += "\(pad(time / 3600, 2)):\(pad(time / 60 % 60, 2)):\(pad(time % 60, 2))"
        if micros > 0 { text += ".\(pad(micros, 6))" }
        text += zone
        return year > 0 ? text : text + " BC"
    }

    /// Reads what PostgreSQL writes with DateStyle ISO in any zone, and ISO 8601 with `T` and `Z`.
    static func parse(_ text: String) -> Date? {
        if text == "infinity" { return Date(timeIntervalSinceReferenceDate: .infinity) }
        if text == "-infinity" { return Date(timeIntervalSinceReferenceDate: -.infinity) }
        var scanner = Scanner(bytes: Array(text.utf8))
        guard let year = scanner.number(), scanner.skip("-"),
            let month = scanner.number(), scanner.skip("-"),
            let day = scanner.number(), scanner.skip(" ") || scanner.skip("T"),
            let hour = scanner.number(), scanner.skip(":"),
            let minute = scanner.number(), scanner.skip(":"),
            let second = scanner.number(),
            (1...12).contains(month), (1...31).contains(day), hour <= 24, minute < 60, second <= 60, year < 1_000_000
        else { return nil }
        let micros = scanner.skip(".") ? scanner.fraction() : 0
        guard let micros else { return nil }
        var offset: Int64 = 0
        if !scanner.skip("Z") {
            let sign: Int64 = scanner.skip("+") ? 1 : scanner.skip("-") ? -1 : 0
            guard sign != 0, let hours = scanner.number() else { return nil }
            offset = hours * 3600
            if scanner.skip(":") {
                guard let minutes = scanner.number() else { return nil }
                offset += minutes * 60
                if scanner.skip(":") {
                    guard let seconds = scanner.number() else { return nil }
                    offset += seconds
                }
            }
            offset *= sign
        }
        let isBC = scanner.skip(" BC")
        guard scanner.isAtEnd else { return nil }
        let days = days(fromYear: isBC ? 1 - year : year, month: month, day: day)
        let seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset - referenceDate
        return Date(timeIntervalSinceReferenceDate: Double(seconds) + Double(micros) / 1e6)
    }

    // The proleptic Gregorian calendar, by Howard Hinnant's algorithms (howardhinnant.github.io/date_algorithms.html).

    private static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        var isAtEnd: Bool { position == bytes.count }

        mutating func skip(_ text: StaticString) -> Bool {
            let count = text.utf8CodeUnitCount
            guard position + count <= bytes.count else { return false }
            for index in 0..<count where bytes[position + index] != text.utf8Start[index] { return false }
            position += count
            return true
        }

        /// A number of one to nine digits.
        mutating func number() -> Int64? {
            let start = position
            var value: Int64 = 0
            while position < bytes.count, (48...57).contains(bytes[position]), position - start < 9 {
                value = value * 10 + Int64(bytes[position] - 48)
                position += 1
            }
            return position > start ? value : nil
        }

        /// The digits after the point, as microseconds; what is finer is cut off.
        mutating func fraction() -> Int64? {
            let start = position
            var value: Int64 = 0
            while position < bytes.count, (48...57).contains(bytes[position]) {
                if position - start < 6 { value = value * 10 + Int64(bytes[position] - 48) }
                position += 1
            }
            guard position > start else { return nil }
            for _ in min(6, position - start)..<6 { value *= 10 }
            return value
        }
    }
}

// Writes small GGUF files, so that tests have models of kinds that no package ships.

import Foundation

/// A GGUF file (version 3) with 32-bit weights.
public struct GGUFFile {
    public enum Value {
        case text(String)
        case integer(UInt32)
        case number(Float)
        case flag(Bool)
        case texts([String])
    }

    /// Weights with their dimensions, the one along which they lie next to each other first.
    public struct Tensor {
        public let name: String
        public let dimensions: [Int]
        public let values: [Float]

        public init(_ name: String, _ dimensions: [Int], _ values: [Float]) {
            self.name = name
            self.dimensions = dimensions
            self.values = values
        }
    }

    private static let alignment = 32
    private let facts: [(key: String, value: Value)]
    private let tensors: [Tensor]

    public init(facts: [(key: String, value: Value)], tensors: [Tensor]) {
        self.facts = facts
        self.tensors = tensors
    }

    public func write(to path: String) throws {
        var data = Data("GGUF".utf8)
        func add(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) } }
        func add(_ text: String) {
            add(UInt64(text.utf8.count))
            data.append(contentsOf: text.utf8)
        }
        func pad() { while data.count % Self.alignment != 0 { data.append(0) } }
        add(UInt32(3))
        add(UInt64(tensors.count))
        add(UInt64(facts.count))
        for (key, value) in facts {
            add(key)
            switch value {
            case .integer(let number):
                add(UInt32(4))
                add(number)
            case .number(let number):
                add(UInt32(6))
                add(number.bitPattern)
            case .flag(let flag):
                add(UInt32(7))
                add(UInt8(flag ? 1 : 0))
            case .text(let text):
                add(UInt32(8))
                add(text)
            case .texts(let texts):
                add(UInt32(9))
                add(UInt32(8))
                add(UInt64(texts.count))
                texts.forEach { add($0) }
            }
        }
        var offset = 0
        for tensor in tensors {
            add(tensor.name)
            add(UInt32(tensor.dimensions.count))
            tensor.dimensions.forEach { add(UInt64($0)) }
            add(UInt32(0))
            add(UInt64(offset))
            offset += (tensor.values.count * 4 + Self.alignment - 1) / Self.alignment * Self.alignment
        }
        for tensor in tensors {
            pad()
            tensor.values.forEach { add($0.bitPattern) }
        }
        pad()
        try data.write(to: URL(filePath: path))
    }
}

// One thread that waits, by epoll, for all sockets of the process that a statement or a listener waits on.

import CLibPQ
import Foundation
import Glibc
import Synchronization

final class Reactor: Sendable {
    /// Nil only when the system has no file descriptor or thread left.
    static let shared = Reactor()

    private let epoll: Int32
    private let sockets = Mutex<(next: UInt64, byToken: [UInt64: Socket])>((1, [:]))

    private init?() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { return nil }
        let thread = Thread { [self] in loop() }
        thread.name = "postgres-reactor"
        thread.start()
    }

    /// Starts to watch a socket, with nothing awaited yet; nil when the system refuses.
    func add(_ descriptor: Int32) -> Socket? {
        let socket = sockets.withLock { sockets in
            let socket = Socket(descriptor: descriptor, token: sockets.next, reactor: self)
            sockets.byToken[sockets.next] = socket
            sockets.next += 1
            return socket
        }
        guard control(EPOLL_CTL_ADD, socket, []) else {
            remove(socket)
            return nil
        }
        return socket
    }

    /// Asks for one event. False when the descriptor is no longer watched.
    func arm(_ socket: Socket, _ interest: Socket.Interest) -> Bool {
        control(EPOLL_CTL_MOD, socket, interest)
    }

    /// Stops watching. To be called before the descriptor is closed.
    func remove(_ socket: Socket) {
        _ = control(EPOLL_CTL_DEL, socket, [])
        _ = sockets.withLock { $0.byToken.removeValue(forKey: socket.token) }
    }

    private func control(_ operation: Int32, _ socket: Socket, _ interest: Socket.Interest) -> Bool {
        var event = epoll_event()
        event.events = EPOLLONESHOT.rawValue
        if interest.contains(.read) { event.events |= EPOLLIN.rawValue | EPOLLRDHUP.rawValue }
        if interest.contains(.write) { event.events |= EPOLLOUT.rawValue }
        event.data.u64 = socket.token
        return epoll_ctl(epoll, operation, socket.descriptor, &event) == 0
    }

    private func loop() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            let count = epoll_wait(epoll, &events, Int32(events.count), -1)
            for index in 0..<max(0, Int(count)) {
                let token = events[index].data.u64
                // A token never comes back, so a late event of a closed socket finds nothing.
                sockets.withLock { $0.byToken[token] }?.signal()
            }
        }
    }
}

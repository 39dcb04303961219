"""A TLS terminator: tls_terminator.py PORT TARGET_PORT CERTIFICATE KEY. Takes TLS on 127.0.0.1:PORT and hands what is
inside to 127.0.0.1:TARGET_PORT, until it is killed."""

import socket
import ssl
import sys
import threading


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(context, connection, target_port):
    try:
        outside = context.wrap_socket(connection, server_side=True)
        inside = socket.create_connection(("127.0.0.1", target_port))
    except OSError:  # a handshake that the client gave up is one, too
        return
    threading.Thread(target=pump, args=(outside, inside), daemon=True).start()
    pump(inside, outside)


def main(port, target_port, certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", port), backlog=64)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(context, connection, target_port), daemon=True).start()


main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])

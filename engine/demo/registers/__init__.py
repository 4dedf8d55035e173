"""The register simulator: the departments' registers (户籍, 车辆, 存款 …), a small server with data of its own.

The rule: the platform knows it only by address and token, as it would know the real registers, and nothing here is
read or written by anything but the server itself.
"""

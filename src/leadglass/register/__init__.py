# SPDX-License-Identifier: Apache-2.0
"""What people own and decided, with a history that cannot be altered.

In: changes of named people. Out: values of `values.people`. `open.open_register` is the door;
importing this package alone loads no Django.
"""

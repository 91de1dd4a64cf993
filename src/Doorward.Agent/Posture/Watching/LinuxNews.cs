using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Doorward.Agent.Posture.Watching;

/// <summary>
/// What the kernel tells by itself: files that change (inotify(7)) and rules of the firewall that do (netlink(7), the group of nf_tables).
/// One thread waits for both, for as long as the process lives.
/// </summary>
internal sealed unsafe partial class LinuxNews
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    // IN_CLOSE_WRITE, IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE, IN_DELETE_SELF, IN_MOVE_SELF; IN_ONLYDIR
    private const uint Changes = 0x8 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800 | 0x1000000;
    private const int EventHeader = 16;
    private readonly int _files = inotify_init1(CloseOnExec | NonBlocking);
    private readonly int _firewall = OpenFirewall();

    public bool HearsFirewall => _firewall >= 0;

    /// <summary>Watches a folder; the number that its news bear, or a negative one. A folder that is watched keeps its number.</summary>
    public int Watch(string folder) => _files < 0 ? -1 : inotify_add_watch(_files, folder, Changes);

    /// <param name="file">Told of the folder's number and the name in it; empty for the folder itself.</param>
    /// <param name="firewall">Told that rules changed.</param>
    public void Listen(Action<int, string> file, Action firewall) => new Thread(() => Run(file, firewall)) { IsBackground = true, Name = "news" }.Start();

    private void Run(Action<int, string> file, Action firewall)
    {
        const short input = 1;
        var buffer = new byte[64 * 1024];
        var polled = stackalloc PollDescriptor[2];
        while (true)
        {
            polled[0] = new PollDescriptor { Descriptor = _files, Events = input };
            polled[1] = new PollDescriptor { Descriptor = _firewall, Events = input };
            if (poll(polled, 2, -1) < 0) continue;
            if (polled[0].Happened != 0) ReadFiles(buffer, file);
            if (polled[1].Happened == 0) continue;
            while (Read(_firewall, buffer) > 0)
            {
                // What changed is read from the rules themselves.
            }

            firewall();
        }
    }

    private void ReadFiles(byte[] buffer, Action<int, string> file)
    {
        var rest = buffer.AsSpan(0, Math.Max(0, (int)Read(_files, buffer)));
        while (rest.Length >= EventHeader)
        {
            var (number, length) = (BinaryPrimitives.ReadInt32LittleEndian(rest), BinaryPrimitives.ReadInt32LittleEndian(rest[12..]));
            file(number, Encoding.UTF8.GetString(rest.Slice(EventHeader, length).TrimEnd((byte)0)));
            rest = rest[(EventHeader + length)..];
        }
    }

    private static nint Read(int descriptor, byte[] buffer)
    {
        fixed (byte* first = buffer) return read(descriptor, first, (nuint)buffer.Length);
    }

    // Negative where the user may not listen, which needs what listing the rules needs (CAP_NET_ADMIN).
    private static int OpenFirewall()
    {
        const int netlink = 16, raw = 3, netfilter = 12;
        var descriptor = socket(netlink, raw | CloseOnExec | NonBlocking, netfilter);
        if (descriptor < 0) return descriptor;
        var address = new NetlinkAddress { Family = netlink, Groups = 1 << (7 - 1) }; // NFNLGRP_NFTABLES
        if (bind(descriptor, &address, (uint)sizeof(NetlinkAddress)) == 0) return descriptor;
        _ = close(descriptor);
        return -1;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct NetlinkAddress
    {
        public ushort Family;
        public ushort Padding;
        public uint Process;
        public uint Groups;
    }

#pragma warning disable SYSLIB1054, CA5392, IDE1006, SA1300 // names are the system's
    [LibraryImport("libc")]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(int descriptor, string path, uint mask);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc")]
    private static partial int poll(PollDescriptor* descriptors, nuint count, int timeout);

    [LibraryImport("libc")]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc")]
    private static partial int bind(int descriptor, NetlinkAddress* address, uint length);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
#pragma warning restore SYSLIB1054, CA5392, IDE1006, SA1300
}

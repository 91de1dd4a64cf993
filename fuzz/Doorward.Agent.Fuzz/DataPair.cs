using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Tunnels;

namespace Doorward.Fuzz;

/// <summary>A data connection through this process, whose other side says so many bytes and ends.</summary>
internal static class DataPair
{
    private static readonly X509Certificate2 Certificate = Certify();

    public static async Task<DataConnection> OpenAsync(byte[] theirs)
    {
        var options = new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false);
        var (up, down) = (new Pipe(options), new Pipe(options));
        var (here, there) = (new SslStream(new Duplex(down.Reader, up.Writer)), new SslStream(new Duplex(up.Reader, down.Writer)));
#pragma warning disable CA5359 // both sides are this process
        await Task.WhenAll(
            there.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "fuzz", RemoteCertificateValidationCallback = static (_, _, _, _) => true }),
            here.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }));
#pragma warning restore CA5359
        await there.WriteAsync(theirs);
        await there.ShutdownAsync();
        return DataConnection.Over(here, () =>
        {
            down.Writer.Complete(new IOException("broken off"));
            up.Reader.Complete();
        });
    }

    private static X509Certificate2 Certify()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=fuzz", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    private sealed class Duplex(PipeReader reader, PipeWriter writer) : Stream
    {
        private readonly Stream _reader = reader.AsStream(leaveOpen: true);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _reader.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if ((await writer.WriteAsync(buffer, cancellationToken)).IsCompleted) throw new IOException("nobody is there");
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

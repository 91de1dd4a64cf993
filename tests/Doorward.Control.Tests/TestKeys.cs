using System.Buffers.Text;
using System.Security.Cryptography;
using Doorward.Core.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Control.Tests;

internal static class TestKeys
{
    public static AssertionKey Assertion(string kid, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(false).Q;
        return new AssertionKey { Kid = kid, X = Base64Url.EncodeToString(point.X), Y = Base64Url.EncodeToString(point.Y), NotAfter = notAfter.ToTimestamp() };
    }
}

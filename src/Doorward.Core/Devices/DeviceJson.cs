using System.Text.Json.Serialization;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Reports;

namespace Doorward.Core.Devices;

/// <summary>What devices and control plane say to each other; source-generated for the native agent.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(EnrolmentStart))]
[JsonSerializable(typeof(EnrolmentChallenge))]
[JsonSerializable(typeof(EnrolmentFinish))]
[JsonSerializable(typeof(EnrolmentDone))]
[JsonSerializable(typeof(DeviceCertificate))]
[JsonSerializable(typeof(CertificateOrder))]
[JsonSerializable(typeof(SignedCertificateOrder))]
[JsonSerializable(typeof(DeviceProblem))]
[JsonSerializable(typeof(ReportAnswer))]
[JsonSerializable(typeof(DeviceHealth))]
[JsonSerializable(typeof(DeviceProof))]
[JsonSerializable(typeof(SignedProof))]
[JsonSerializable(typeof(ProofAnswer))]
[JsonSerializable(typeof(ProofRequest))]
public sealed partial class DeviceJson : JsonSerializerContext;

# The worker, for NVIDIA GPUs and (Worker__Device=cpu) without one. Built from the root of the tree:
# docker build -f deploy/Worker.Dockerfile .
FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /src
COPY package.json package-lock.json ./
# ONNX Runtime: its core, its C# sources, and the CUDA provider (an optional package).
RUN npm ci --include=optional --ignore-scripts --no-audit --no-fund

FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
WORKDIR /src
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props \
     BannedSymbols.txt .editorconfig ./
COPY src ./src
COPY --from=packages /src/node_modules/com.github.asus4.onnxruntime \
     ./node_modules/com.github.asus4.onnxruntime
RUN dotnet publish src/Worker/Worker.csproj -c Release -o /app \
    -p:RestoreLockedMode=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble AS dotnet

# CUDA 13.0, the oldest that the provider takes, asks the least of a node's driver (580 or later).
FROM nvidia/cuda:13.0.0-cudnn-runtime-ubuntu24.04
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       ca-certificates ffmpeg fonts-dejavu-core libssl3t64 \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o 10001 -g 10001 /scratch
COPY --from=dotnet /usr/share/dotnet /usr/share/dotnet
COPY LICENSE deploy/THIRD-PARTY.md /licenses/
COPY --from=packages \
     /src/node_modules/com.github.asus4.onnxruntime/LICENSE \
     /src/node_modules/com.github.asus4.onnxruntime/ThirdPartyNotices.txt \
     /licenses/onnxruntime/
COPY --from=build /app /app
# The provider is found beside the program.
COPY --from=packages \
     /src/node_modules/com.github.asus4.onnxruntime.linux-x64-gpu/Plugins/Linux/x64/libonnxruntime_providers_cuda.so \
     /app/
COPY models/flipbook/package /app/models/flipbook/package
WORKDIR /app
# Nothing is written but below /tmp and /scratch, so the root may be read-only.
ENV ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_ROOT=/usr/share/dotnet \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
EXPOSE 8080
USER 10001:10001
ENTRYPOINT ["/usr/share/dotnet/dotnet", "RenderFarm.Worker.dll"]

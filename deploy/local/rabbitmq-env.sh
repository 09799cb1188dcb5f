# usage: . rabbitmq-env.sh DIR NODE AMQP_PORT MANAGEMENT_PORT DISTRIBUTION_PORT PROMETHEUS_PORT
# EPMD_PORT Runs Debian's rabbitmq-server as the current user out of one private folder, on loopback
# only.
RMQ_DIR=$(mkdir -p "$1" && cd "$1" && pwd)
RMQ_AMQP=$3 RMQ_MANAGEMENT=$4 RMQ_PROMETHEUS=$6 RMQ_EPMD=$7
# The package's own scripts: the wrapper in sbin would switch to another user and folder.
RMQ_BIN=/usr/lib/rabbitmq/bin
export HOME=$RMQ_DIR/home LANG=C.UTF-8
export ERL_EPMD_PORT=$7 ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_NODENAME=$2@localhost RABBITMQ_DIST_PORT=$5
export RABBITMQ_MNESIA_BASE=$RMQ_DIR/mnesia RABBITMQ_LOG_BASE=$RMQ_DIR/log
export RABBITMQ_PID_FILE=$RMQ_DIR/rabbitmq.pid
export RABBITMQ_CONFIG_FILE=$RMQ_DIR/rabbitmq.conf
export RABBITMQ_ADVANCED_CONFIG_FILE=$RMQ_DIR/advanced.config
export RABBITMQ_GENERATED_CONFIG_DIR=$RMQ_DIR/config
export RABBITMQ_ENABLED_PLUGINS_FILE=$RMQ_DIR/enabled_plugins
# A file that does not exist, so that no setting of the machine's own RabbitMQ is read.
export RABBITMQ_CONF_ENV_FILE=$RMQ_DIR/none.conf
# Busy waiting of idle schedulers would take a core from the renders.
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} \
+sbwt none +sbwtdcpu none +sbwtdio none"
